// SPDX-License-Identifier: Apache-2.0
// BC660K-GL. Commands, answers and maximum times: Quectel BC660K-GL&BC950K-GL AT Commands Manual V1.4 and MQTT
// Application Note V1.2; UDP, TCP and CoAP in the forms of shipped nodes (docs/modems.md). Client and socket 0 only.
// Bounds are the manual's maximum plus one second.
#include "node/driver/modem/dialogue.h"

enum {
    SHORT_MS = 1300,   // a setting: 300 ms
    ACCEPT_MS = 5000,  // OK of a command whose outcome comes later
    CLOSE_MS = 2000,   // QMTDISC, QMTCLOSE
    SOCKET_MS = 60000, // QIOPEN, QISEND, QCOAPOPEN: assumed
};

static const struct dialogue_step wake[] = {
    // The line that wakes the module from deep sleep is lost; it answers after 1.5 to 2 s.
    {.command = "AT",
     .baud = 115200,
     .bound_ms = 500,
     .attempts = 30,
     .flags = STEP_SETTLE | STEP_OPTIONAL,
     .skip = 3},
    // The factory's rate is not known.
    {.command = "AT",
     .baud = 9600,
     .bound_ms = 500,
     .attempts = 4,
     .flags = STEP_SETTLE | STEP_RECOVER},
    {.command = "AT+IPR=115200", .bound_ms = SHORT_MS, .attempts = 3},
    {.command = "AT",
     .baud = 115200,
     .bound_ms = 500,
     .attempts = 10,
     .flags = STEP_SETTLE | STEP_RECOVER},
    {.command = "ATE0", .bound_ms = SHORT_MS, .attempts = 3},
    {.command = "AT+QSCLK=0", .bound_ms = SHORT_MS, .attempts = 3},
    {.command = "AT+CMEE=1", .bound_ms = SHORT_MS, .flags = STEP_OPTIONAL},
    {.command = "AT+QCFG=\"dsevent\",0", .bound_ms = SHORT_MS, .flags = STEP_OPTIONAL},
    {.command = "AT+CGSN=1",
     .answer = "+CGSN: ",
     .bound_ms = SHORT_MS,
     .attempts = 3,
     .take = TAKE_IMEI},
    // The context that the module attaches with counts from its next start on.
    {.command = "AT+QCGDEFCONT?",
     .answer = "+QCGDEFCONT: ",
     .bound_ms = SHORT_MS,
     .when = WHEN_APN,
     .take = TAKE_APN,
     .skip = 1,
     .flags = STEP_OPTIONAL},
    {.command = "AT+QCGDEFCONT=\"IPV4V6\",\"$p\"",
     .bound_ms = SHORT_MS,
     .when = WHEN_APN,
     .flags = STEP_OPTIONAL | STEP_RESTARTS},
    {.command = "AT+CGDCONT=1,\"IPV4V6\",\"$p\"",
     .bound_ms = SHORT_MS,
     .when = WHEN_APN,
     .flags = STEP_OPTIONAL},
    {.command = "AT+CFUN=1", .bound_ms = 26000, .attempts = 2, .pause_ms = 1000},
    {.command = "AT+CPIN?",
     .answer = "+CPIN: ",
     .good = "READY",
     .bound_ms = 6000,
     .attempts = 3,
     .pause_ms = 1000},
    {.command = "AT+CIMI",
     .answer = "",
     .bound_ms = SHORT_MS,
     .attempts = 3,
     .pause_ms = 1000,
     .take = TAKE_IMSI,
     .flags = STEP_OPTIONAL},
    // An operator once chosen is kept by the module: back to its own choice.
    {.command = "AT+COPS?",
     .answer = "+COPS: ",
     .good = "0",
     .bound_ms = SHORT_MS,
     .when = WHEN_NO_OPERATOR,
     .skip = 1,
     .flags = STEP_OPTIONAL},
    {.command = "AT+COPS=0", .bound_ms = 306000, .when = WHEN_NO_OPERATOR, .flags = STEP_OPTIONAL},
    {.command = "AT+COPS=1,2,\"$o\"",
     .bound_ms = 306000,
     .when = WHEN_OPERATOR,
     .flags = STEP_OPTIONAL},
    // The module registers by itself once its radio is on.
    {.command = "AT+CGATT?",
     .answer = "+CGATT: ",
     .good = "1",
     .bound_ms = SHORT_MS,
     .pause_ms = 1500,
     .flags = STEP_SEARCH},
    {.command = "AT+CSQ",
     .answer = "+CSQ: ",
     .bound_ms = SHORT_MS,
     .take = TAKE_SIGNAL,
     .flags = STEP_OPTIONAL},
    {.command = "AT+QIDNSCFG=0,$d", .bound_ms = SHORT_MS, .when = WHEN_DNS, .flags = STEP_OPTIONAL},
    {.command = "AT+QNTP=0,\"$t\"",
     .outcome = "+QNTP:",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 10000,
     .when = WHEN_NTP,
     .flags = STEP_OPTIONAL},
    {.command = "AT+CCLK?",
     .answer = "+CCLK: ",
     .bound_ms = SHORT_MS,
     .take = TAKE_TIME,
     .flags = STEP_OPTIONAL},
};

static const struct dialogue_step recover[] = {
    {.kind = STEP_RESET, .bound_ms = 100}, // hardware design: RESET_N low at least 50 ms
    {.kind = STEP_PAUSE, .bound_ms = 2000},
};

// ---- MQTT ----

// The client is still in use from before.
static const struct dialogue_remedy setting_remedies[] = {
    {'!',
     {.command = "AT+QMTCLOSE=0",
      .outcome = "+QMTCLOSE: 0,",
      .bound_ms = ACCEPT_MS,
      .outcome_ms = CLOSE_MS}},
    {0},
};

// Result 2: the index is still in use. Result 3: the PDP context is gone.
static const struct dialogue_remedy open_remedies[] = {
    {'2',
     {.command = "AT+QMTCLOSE=0",
      .outcome = "+QMTCLOSE: 0,",
      .bound_ms = ACCEPT_MS,
      .outcome_ms = CLOSE_MS}},
    {'3', {.command = "AT+CGATT=1", .bound_ms = 71000}},
    {0},
};

static const struct dialogue_step open_mqtt[] = {
    {.command = "AT+QMTCFG=\"version\",0,1",
     .remedies = setting_remedies,
     .bound_ms = SHORT_MS,
     .attempts = 2},
    {.command = "AT+QMTCFG=\"keepalive\",0,120", .bound_ms = SHORT_MS, .attempts = 2},
    {.command = "AT+QMTCFG=\"session\",0,1", .bound_ms = SHORT_MS, .attempts = 2},
    {.command = "AT+QMTCFG=\"timeout\",0,30,0,0", .bound_ms = SHORT_MS, .attempts = 2},
    // Without it a message ends where it seems to (at.c).
    {.command = "AT+QMTCFG=\"showrecvlen\",0,1",
     .bound_ms = SHORT_MS,
     .attempts = 2,
     .flags = STEP_OPTIONAL},
    {.command = "AT+QMTOPEN=0,\"$1\",$2",
     .outcome = "+QMTOPEN: 0,",
     .good = "0",
     .remedies = open_remedies,
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 180000},
};

static const struct dialogue_step connect[] = {
    {.command = "AT+QMTCONN=0,\"$1\"{2,\"$2\"{3,\"$3\"}}",
     .outcome = "+QMTCONN: 0,",
     .good = "0,0",
     .refused = ",1 ,2 ,4 ,5",
     .interim = '1',
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 35000},
};

static const struct dialogue_step subscribe[] = {
    {.command = "AT+QMTSUB=0,1,\"$1\",$q",
     .outcome = "+QMTSUB: 0,1,",
     .good = "0",
     .refused = ",128",
     .interim = '1',
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 10000},
};

// The chunk request's digits go quoted, JSON goes bare: both as shipped nodes send them. Bytes that a command cannot
// hold go as digits.
static const struct dialogue_step publish[] = {
    {.command = "AT+QMTPUB=0,$i,$q,0,\"$1\",$n,{Q\"}$m{Q\"}",
     .outcome = "+QMTPUB: 0,$i,",
     .good = "0",
     .interim = '1',
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 35000,
     .when = WHEN_PLAIN},
    {.command = "AT+QMTCFG=\"dataformat\",0,1,0",
     .bound_ms = SHORT_MS,
     .attempts = 2,
     .when = WHEN_BINARY},
    {.command = "AT+QMTPUB=0,$i,$q,0,\"$1\",$n,\"$x\"",
     .outcome = "+QMTPUB: 0,$i,",
     .good = "0",
     .interim = '1',
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 35000,
     .when = WHEN_BINARY,
     .flags = STEP_FAIL_LATER},
    {.command = "AT+QMTCFG=\"dataformat\",0,0,0",
     .bound_ms = SHORT_MS,
     .attempts = 2,
     .when = WHEN_BINARY,
     .flags = STEP_OPTIONAL},
};

static const struct dialogue_step close_mqtt[] = {
    {.command = "AT+QMTDISC=0",
     .outcome = "+QMTDISC: 0,",
     .bound_ms = CLOSE_MS,
     .when = WHEN_ONLINE, // the client is closed already when the connection went
     .flags = STEP_OPTIONAL},
    {.command = "AT+QMTCLOSE=0",
     .outcome = "+QMTCLOSE: 0,",
     .bound_ms = CLOSE_MS,
     .flags = STEP_OPTIONAL},
};

// ---- sockets ----

// The form of the outcome is not known exactly: the first line with an address.
#define FIND_HOST                                                                                  \
    {                                                                                              \
        .command = "AT+QIDNSGIP=0,\"$1\"", .outcome = "+QI", .bound_ms = ACCEPT_MS,                \
        .outcome_ms = 21000, .attempts = 2, .when = WHEN_NAME, .take = TAKE_ADDRESS                \
    }

// What is left of an earlier session; an error when there is nothing.
#define CLOSE_SOCKET                                                                               \
    {                                                                                              \
        .command = "AT+QICLOSE=0", .bound_ms = 11000, .flags = STEP_OPTIONAL                       \
    }

// What comes is told in hex digits, so that a quote inside cannot end it.
#define RECEIVE_HEX                                                                                \
    {                                                                                              \
        .command = "AT+QICFG=dataformat,0,1", .bound_ms = SHORT_MS, .attempts = 2                  \
    }

static const struct dialogue_step open_udp[] = {
    FIND_HOST,
    CLOSE_SOCKET,
    RECEIVE_HEX,
    {.command = "AT+QIOPEN=0,0,\"UDP SERVICE\",\"$A\",$P,1",
     .outcome = "+QIOPEN: 0,",
     .good = "0",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = SOCKET_MS},
};

static const struct dialogue_step open_tcp[] = {
    FIND_HOST,
    CLOSE_SOCKET,
    RECEIVE_HEX,
    {.command = "AT+QIOPEN=0,0,\"TCP\",\"$A\",$P,0,1",
     .outcome = "+QIOPEN: 0,",
     .good = "0",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 151000},
};

static const struct dialogue_step open_coap[] = {
    FIND_HOST,
    {.command = "AT+QCOAPCLOSE=0", .bound_ms = 11000, .flags = STEP_OPTIONAL},
    {.command = "AT+QCOAPCFG=\"dtls\",0,0", .bound_ms = SHORT_MS, .flags = STEP_OPTIONAL},
    {.command = "AT+QCOAPOPEN=0,\"$A\",$P",
     .outcome = "+QCOAPOPEN: 0,",
     .good = "0",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = SOCKET_MS},
    {.command = "AT+QCOAPHEAD=0,0", .bound_ms = SHORT_MS, .attempts = 2},
};

// Text stays text, so that the line stays short; bytes go as digits.
static const struct dialogue_step send_udp[] = {
    {.command = "AT+QICFG=dataformat,$f,1", .bound_ms = SHORT_MS, .attempts = 2},
    {.command = "AT+QISEND=0,\"$A\",$P,$n,\"$y\"",
     .outcome = "SEND ",
     .good = "OK",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = SOCKET_MS},
};

static const struct dialogue_step send_tcp[] = {
    {.command = "AT+QICFG=dataformat,$f,1", .bound_ms = SHORT_MS, .attempts = 2},
    {.command = "AT+QISEND=0,$n,\"$y\"",
     .outcome = "SEND ",
     .good = "OK",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = SOCKET_MS},
};

// A non-confirmable POST. The module keeps the options until the close.
static const struct dialogue_step send_coap[] = {
    {.command = "AT+QCOAPOPTION=0,0,$O",
     .bound_ms = SHORT_MS,
     .when = WHEN_FIRST,
     .flags = STEP_EACH_OPTION},
    {.command = "AT+QCOAPSEND=0,1,2,0",
     .data = "$m\x1A",
     .bound_ms = ACCEPT_MS,
     .when = WHEN_PLAIN},
    {.command = "AT+QCOAPSEND=0,1,2,0,$n,$x", .bound_ms = ACCEPT_MS, .when = WHEN_BINARY},
};

static const struct dialogue_step close_socket[] = {CLOSE_SOCKET};

static const struct dialogue_step close_coap[] = {
    {.command = "AT+QCOAPCLOSE=0", .bound_ms = CLOSE_MS, .flags = STEP_OPTIONAL},
};

static const struct dialogue_step sleep[] = {
    {.command = "AT", .baud = 115200, .bound_ms = 500, .attempts = 30, .flags = STEP_SETTLE},
    {.command = "AT+QSCLK=1", .bound_ms = SHORT_MS, .attempts = 2, .flags = STEP_OPTIONAL},
    {.command = "AT+CFUN=0", .bound_ms = 26000, .flags = STEP_OPTIONAL},
};

static const struct at_form messages[] = {
    {.prefix = "+QMTRECV: ", .body = AT_QUOTED, .quote = 3},
    {.prefix = "+QIURC: \"recv\",", .body = AT_HEX, .quote = 3},
    {.prefix = "+QCOAPURC: ", .body = AT_QUOTED, .quote = 1, .code = 3},
    {0},
};

#define RUN(steps)                                                                                 \
    {                                                                                              \
        steps, sizeof(steps) / sizeof((steps)[0])                                                  \
    }

const struct dialogue bc660k_dialogue = {
    .runs =
        {
            [DIALOGUE_WAKE] = RUN(wake),
            [DIALOGUE_RECOVER] = RUN(recover),
            [DIALOGUE_OPEN + MODEM_MQTT] = RUN(open_mqtt),
            [DIALOGUE_OPEN + MODEM_COAP] = RUN(open_coap),
            [DIALOGUE_OPEN + MODEM_UDP] = RUN(open_udp),
            [DIALOGUE_OPEN + MODEM_TCP] = RUN(open_tcp),
            [DIALOGUE_CONNECT] = RUN(connect),
            [DIALOGUE_SUBSCRIBE] = RUN(subscribe),
            [DIALOGUE_PUBLISH] = RUN(publish),
            [DIALOGUE_SEND + MODEM_COAP] = RUN(send_coap),
            [DIALOGUE_SEND + MODEM_UDP] = RUN(send_udp),
            [DIALOGUE_SEND + MODEM_TCP] = RUN(send_tcp),
            [DIALOGUE_CLOSE + MODEM_MQTT] = RUN(close_mqtt),
            [DIALOGUE_CLOSE + MODEM_COAP] = RUN(close_coap),
            [DIALOGUE_CLOSE + MODEM_UDP] = RUN(close_socket),
            [DIALOGUE_CLOSE + MODEM_TCP] = RUN(close_socket),
            [DIALOGUE_SLEEP] = RUN(sleep),
        },
    .messages = messages,
    .lost = {"+QMTSTAT: 0,", "+QIURC: \"closed\",0", "+QIURC: \"pdpdeact\""},
    .started = {"RDY"},
    .baud = 115200,
};
