// SPDX-License-Identifier: Apache-2.0
// BC660K-GL. Commands, answers and maximum times: Quectel BC660K-GL&BC950K-GL AT Commands Manual V1.4 and MQTT
// Application Note V1.2. Client index 0 only. Bounds are the manual's maximum plus one second.
#include "node/driver/modem/dialogue.h"

static const struct dialogue_step wake[] = {
    // The line that wakes the module from deep sleep is lost; it answers after 1.5 to 2 s.
    {.command = "AT", .bound_ms = 500, .attempts = 30, .flags = STEP_RESET_ON_FAIL | STEP_SETTLE},
    {.command = "ATE0", .bound_ms = 1300, .attempts = 3},
    {.command = "AT+QSCLK=0", .bound_ms = 1300, .attempts = 3},
    {.command = "AT+CMEE=1", .bound_ms = 1300, .attempts = 1, .flags = STEP_OPTIONAL},
    {.command = "AT+QCFG=\"dsevent\",0", .bound_ms = 1300, .attempts = 1, .flags = STEP_OPTIONAL},
    {.command = "AT+CGSN=1",
     .answer = "+CGSN: ",
     .bound_ms = 1300,
     .attempts = 3,
     .flags = STEP_TAKE_IMEI},
    {.command = "AT+CFUN=1", .bound_ms = 26000, .attempts = 2, .pause_ms = 1000},
    {.command = "AT+CIMI",
     .answer = "",
     .bound_ms = 1300,
     .attempts = 3,
     .pause_ms = 1000,
     .flags = STEP_TAKE_IMSI | STEP_OPTIONAL},
    // 80 times 1.5 s make the 120 s of docs/protocol.md; the module registers by itself once its radio is on.
    {.command = "AT+CGATT?",
     .answer = "+CGATT: ",
     .good = "1",
     .bound_ms = 1300,
     .attempts = 80,
     .pause_ms = 1500},
    {.command = "AT+CSQ",
     .answer = "+CSQ: ",
     .bound_ms = 1300,
     .attempts = 1,
     .flags = STEP_TAKE_SIGNAL | STEP_OPTIONAL},
    {.command = "AT+CCLK?",
     .answer = "+CCLK: ",
     .bound_ms = 1300,
     .attempts = 1,
     .flags = STEP_TAKE_TIME | STEP_OPTIONAL},
};

// Result 2: the index is still in use from before. Result 3: the PDP context is gone.
static const struct dialogue_remedy open_remedies[] = {
    {'2', {.command = "AT+QMTCLOSE=0", .outcome = "+QMTCLOSE: 0,", .bound_ms = 2000}},
    {'3', {.command = "AT+CGATT=1", .bound_ms = 71000}},
    {0},
};

static const struct dialogue_step open[] = {
    {.command = "AT+QMTCFG=\"version\",0,1", .bound_ms = 1300, .attempts = 2},
    {.command = "AT+QMTCFG=\"keepalive\",0,120", .bound_ms = 1300, .attempts = 2},
    {.command = "AT+QMTCFG=\"session\",0,1", .bound_ms = 1300, .attempts = 2},
    {.command = "AT+QMTCFG=\"timeout\",0,30,0,0", .bound_ms = 1300, .attempts = 2},
    {.command = "AT+QMTCFG=\"showrecvlen\",0,1", .bound_ms = 1300, .attempts = 2},
    {.command = "AT+QMTOPEN=0,\"$1\",$2",
     .outcome = "+QMTOPEN: 0,",
     .good = "0",
     .remedies = open_remedies,
     .bound_ms = 180000,
     .attempts = 1},
};

static const struct dialogue_step connect[] = {
    {.command = "AT+QMTCONN=0,\"$1\"$a",
     .outcome = "+QMTCONN: 0,",
     .good = "0,0",
     .refused = ",1 ,2 ,4 ,5",
     .interim = '1',
     .bound_ms = 35000,
     .attempts = 1},
};

static const struct dialogue_step subscribe[] = {
    {.command = "AT+QMTSUB=0,1,\"$1\",$q",
     .outcome = "+QMTSUB: 0,1,",
     .good = "0",
     .refused = ",128",
     .interim = '1',
     .bound_ms = 10000,
     .attempts = 1},
};

static const struct dialogue_step publish[] = {
    {.command = "AT+QMTPUB=0,$i,$q,0,\"$1\",$n,$m",
     .outcome = "+QMTPUB: 0,$i,",
     .good = "0",
     .interim = '1',
     .bound_ms = 35000,
     .attempts = 1},
};

static const struct dialogue_step disconnect[] = {
    {.command = "AT+QMTDISC=0",
     .outcome = "+QMTDISC: 0,",
     .bound_ms = 2000,
     .attempts = 1,
     .flags = STEP_OPTIONAL | STEP_ONLINE}, // the client is closed already when the connection went
    {.command = "AT+QMTCLOSE=0",
     .outcome = "+QMTCLOSE: 0,",
     .bound_ms = 2000,
     .attempts = 1,
     .flags = STEP_OPTIONAL},
};

static const struct dialogue_step sleep[] = {
    {.command = "AT", .bound_ms = 500, .attempts = 30, .flags = STEP_SETTLE},
    {.command = "AT+QSCLK=1", .bound_ms = 1300, .attempts = 2, .flags = STEP_OPTIONAL},
    {.command = "AT+CFUN=0", .bound_ms = 26000, .attempts = 1, .flags = STEP_OPTIONAL},
};

#define COUNT(steps) (sizeof(steps) / sizeof((steps)[0]))

const struct dialogue bc660k_dialogue = {
    .steps =
        {
            [DIALOGUE_WAKE] = wake,
            [DIALOGUE_OPEN] = open,
            [DIALOGUE_CONNECT] = connect,
            [DIALOGUE_SUBSCRIBE] = subscribe,
            [DIALOGUE_PUBLISH] = publish,
            [DIALOGUE_DISCONNECT] = disconnect,
            [DIALOGUE_SLEEP] = sleep,
        },
    .step_count =
        {
            [DIALOGUE_WAKE] = COUNT(wake),
            [DIALOGUE_OPEN] = COUNT(open),
            [DIALOGUE_CONNECT] = COUNT(connect),
            [DIALOGUE_SUBSCRIBE] = COUNT(subscribe),
            [DIALOGUE_PUBLISH] = COUNT(publish),
            [DIALOGUE_DISCONNECT] = COUNT(disconnect),
            [DIALOGUE_SLEEP] = COUNT(sleep),
        },
    .lost_prefix = "+QMTSTAT: 0,",
    .restart_line = "RDY",
    .baud = 115200,
    .reset_pulse_ms = 100, // hardware design: RESET_N low at least 50 ms
    .reset_pause_ms = 2000,
};
