// SPDX-License-Identifier: Apache-2.0
// BG95-M2. Commands, answers and maximum times: Quectel BG95&BG77&BG600L Series AT Commands Manual V2.0, MQTT
// Application Note V1.1, TCP/IP Application Note V1.2; CoAP in the forms of shipped nodes (docs/modems.md). Client,
// socket and context: 0, 0 and 1. Bounds are the manual's maximum plus one second.
#include "node/driver/modem/dialogue.h"

enum {
    SHORT_MS = 1300,  // a setting: 300 ms
    ACCEPT_MS = 5000, // OK or the prompt of a command whose outcome comes later
    CLOSE_MS = 2000,  // QMTDISC, QMTCLOSE
    KEY_ON_MS = 700,  // hardware design: 500..1000
    KEY_OFF_MS = 800, // …650..1500
    OFF_MS = 66000,   // until it is off
};

static const struct dialogue_step wake[] = {
    // A module that was left on when the processor started anew needs no key.
    {.kind = STEP_STATUS_ON, .bound_ms = 0, .skip = 2, .flags = STEP_OPTIONAL},
    {.kind = STEP_KEY, .bound_ms = KEY_ON_MS},
    {.kind = STEP_STATUS_ON, .bound_ms = 5000, .flags = STEP_RECOVER},
    {.command = "AT",
     .baud = 115200,
     .bound_ms = 500,
     .attempts = 30,
     .flags = STEP_SETTLE | STEP_RECOVER},
    {.command = "ATE0", .bound_ms = SHORT_MS, .attempts = 3},
    {.command = "AT+CMEE=1", .bound_ms = SHORT_MS, .flags = STEP_OPTIONAL},
    {.command = "AT+QURCCFG=\"urcport\",\"uart1\"", .bound_ms = SHORT_MS, .flags = STEP_OPTIONAL},
    {.command = "AT+CGSN", .answer = "", .bound_ms = SHORT_MS, .attempts = 3, .take = TAKE_IMEI},
    {.command = "AT+QICSGP=1,3,\"$p\",\"\",\"\",0",
     .bound_ms = SHORT_MS,
     .attempts = 2,
     .when = WHEN_APN},
    {.command = "AT+CFUN=1", .bound_ms = 16000, .attempts = 2, .pause_ms = 1000},
    {.command = "AT+CPIN?",
     .answer = "+CPIN: ",
     .good = "READY",
     .bound_ms = 6000,
     .attempts = 5,
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
    {.command = "AT+COPS=0", .bound_ms = 181000, .when = WHEN_NO_OPERATOR, .flags = STEP_OPTIONAL},
    {.command = "AT+COPS=1,2,\"$o\"",
     .bound_ms = 181000,
     .when = WHEN_OPERATOR,
     .flags = STEP_OPTIONAL},
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
    // Whatever the context was: it is made anew.
    {.command = "AT+QIDEACT=1", .bound_ms = 41000, .flags = STEP_OPTIONAL},
    {.command = "AT+QIACT=1", .bound_ms = 151000, .attempts = 2, .pause_ms = 2000},
    {.command = "AT+QIDNSCFG=1,$d", .bound_ms = SHORT_MS, .when = WHEN_DNS, .flags = STEP_OPTIONAL},
    {.command = "AT+QNTP=1,\"$t\"",
     .outcome = "+QNTP:",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 126000,
     .when = WHEN_NTP,
     .flags = STEP_OPTIONAL},
    {.command = "AT+CCLK?",
     .answer = "+CCLK: ",
     .bound_ms = SHORT_MS,
     .take = TAKE_TIME,
     .flags = STEP_OPTIONAL},
};

// Off by the key, if it is on; the wake switches it on again.
static const struct dialogue_step recover[] = {
    {.kind = STEP_STATUS_OFF, .bound_ms = 0, .skip = 2, .flags = STEP_OPTIONAL},
    {.kind = STEP_KEY, .bound_ms = KEY_OFF_MS},
    {.kind = STEP_STATUS_OFF, .bound_ms = OFF_MS, .flags = STEP_OPTIONAL},
    {.kind = STEP_PAUSE, .bound_ms = 1000},
};

// ---- MQTT ----

#define CLOSE_CLIENT                                                                               \
    {                                                                                              \
        .command = "AT+QMTCLOSE=0", .outcome = "+QMTCLOSE: 0,", .bound_ms = ACCEPT_MS,             \
        .outcome_ms = CLOSE_MS                                                                     \
    }
static const struct dialogue_remedy setting_remedies[] = {{'!', CLOSE_CLIENT}, {0}};
static const struct dialogue_remedy open_remedies[] = {
    {'2', CLOSE_CLIENT},
    {'3', {.command = "AT+QIACT=1", .bound_ms = 151000}},
    {0},
};

// Messages are pushed with their length: what works for a chunk on a BC660K-GL works here, without a command to fetch
// each and without the limit of five. The price, lines lost behind a prompt, is paid in `publish`.
static const struct dialogue_step open_mqtt[] = {
    {.command = "AT+QMTCFG=\"version\",0,4",
     .remedies = setting_remedies,
     .bound_ms = SHORT_MS,
     .attempts = 2},
    {.command = "AT+QMTCFG=\"pdpcid\",0,1", .bound_ms = SHORT_MS, .attempts = 2},
    {.command = "AT+QMTCFG=\"keepalive\",0,120", .bound_ms = SHORT_MS, .attempts = 2},
    {.command = "AT+QMTCFG=\"session\",0,1", .bound_ms = SHORT_MS, .attempts = 2},
    {.command = "AT+QMTCFG=\"timeout\",0,30,0,0", .bound_ms = SHORT_MS, .attempts = 2},
    {.command = "AT+QMTCFG=\"recv/mode\",0,0,1",
     .bound_ms = SHORT_MS,
     .attempts = 2,
     .flags = STEP_OPTIONAL},
    {.command = "AT+QMTOPEN=0,\"$1\",$2",
     .outcome = "+QMTOPEN: 0,",
     .good = "0",
     .remedies = open_remedies,
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 155000},
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

// A short text goes inline. What has quotes or any bytes goes behind a prompt, and what arrives meanwhile into the
// module's buffer, since a line that is due behind a prompt is lost; then the buffer is read and pushing goes on.
static const struct dialogue_step publish[] = {
    {.command = "AT+QMTPUBEX=0,$i,$q,0,\"$1\",\"$m\"",
     .outcome = "+QMTPUB: 0,$i,",
     .good = "0",
     .interim = '1',
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 35000,
     .when = WHEN_QUOTABLE},
    {.command = "AT+QMTCFG=\"recv/mode\",0,1,1",
     .bound_ms = SHORT_MS,
     .when = WHEN_UNQUOTABLE,
     .flags = STEP_OPTIONAL},
    {.command = "AT+QMTPUB=0,$i,$q,0,\"$1\",$n",
     .data = "$m",
     .outcome = "+QMTPUB: 0,$i,",
     .good = "0",
     .interim = '1',
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 35000,
     .when = WHEN_UNQUOTABLE,
     .flags = STEP_FAIL_LATER},
    {.command = "AT+QMTCFG=\"recv/mode\",0,0,1",
     .bound_ms = SHORT_MS,
     .attempts = 2,
     .when = WHEN_UNQUOTABLE,
     .flags = STEP_OPTIONAL},
    {.command = "AT+QMTRECV=0",
     .bound_ms = SHORT_MS,
     .attempts = 2,
     .when = WHEN_UNQUOTABLE,
     .flags = STEP_OPTIONAL},
};

static const struct dialogue_step close_mqtt[] = {
    {.command = "AT+QMTDISC=0",
     .outcome = "+QMTDISC: 0,",
     .bound_ms = CLOSE_MS,
     .when = WHEN_ONLINE,
     .flags = STEP_OPTIONAL},
    {.command = "AT+QMTCLOSE=0",
     .outcome = "+QMTCLOSE: 0,",
     .bound_ms = CLOSE_MS,
     .flags = STEP_OPTIONAL},
};

// ---- sockets ----

// First how many, then each address.
#define FIND_HOST                                                                                  \
    {                                                                                              \
        .command = "AT+QIDNSGIP=1,\"$1\"", .outcome = "+QIURC: \"dnsgip\",", .good = "\"",         \
        .interim = '0', .bound_ms = ACCEPT_MS, .outcome_ms = 61000, .when = WHEN_NAME,             \
        .take = TAKE_ADDRESS                                                                       \
    }
#define CLOSE_SOCKET                                                                               \
    {                                                                                              \
        .command = "AT+QICLOSE=0", .bound_ms = 11000, .flags = STEP_OPTIONAL                       \
    }

static const struct dialogue_step open_udp[] = {
    FIND_HOST,
    CLOSE_SOCKET,
    {.command = "AT+QIOPEN=1,0,\"UDP\",\"$A\",$P,0,1",
     .outcome = "+QIOPEN: 0,",
     .good = "0",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 151000},
};

static const struct dialogue_step open_tcp[] = {
    FIND_HOST,
    CLOSE_SOCKET,
    {.command = "AT+QIOPEN=1,0,\"TCP\",\"$A\",$P,0,1",
     .outcome = "+QIOPEN: 0,",
     .good = "0",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 151000},
};

static const struct dialogue_step open_coap[] = {
    FIND_HOST,
    {.command = "AT+QCOAPCLOSE=0", .bound_ms = 11000, .flags = STEP_OPTIONAL},
    {.command = "AT+QCOAPCFG=\"pdpcid\",0,1", .bound_ms = SHORT_MS, .flags = STEP_OPTIONAL},
    {.command = "AT+QCOAPOPEN=0,\"$A\",$P",
     .outcome = "+QCOAPOPEN: 0,",
     .good = "0",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 60000},
};

// Short ones inline, in digits; long ones behind a prompt.
static const struct dialogue_step send_socket[] = {
    {.command = "AT+QISENDEX=0,\"$x\"",
     .outcome = "SEND ",
     .good = "OK",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 60000,
     .when = WHEN_SHORT,
     .flags = STEP_NO_OK},
    {.command = "AT+QISEND=0,$n",
     .data = "$m",
     .outcome = "SEND ",
     .good = "OK",
     .bound_ms = ACCEPT_MS,
     .outcome_ms = 60000,
     .when = WHEN_LONG,
     .flags = STEP_NO_OK},
};

// A non-confirmable POST. Ctrl-Z ends a text; bytes, which may hold one, are counted (assumed to work).
static const struct dialogue_step send_coap[] = {
    {.command = "AT+QCOAPHEADER=0,$I,1", .bound_ms = SHORT_MS, .attempts = 2},
    {.command = "AT+QCOAPOPTION=0,0,$k,$O",
     .bound_ms = SHORT_MS,
     .when = WHEN_FIRST,
     .flags = STEP_EACH_OPTION},
    {.command = "AT+QCOAPSEND=0,1,2,255",
     .data = "$m\x1A",
     .bound_ms = ACCEPT_MS,
     .when = WHEN_PLAIN},
    {.command = "AT+QCOAPSEND=0,1,2,255,$n",
     .data = "$m",
     .bound_ms = ACCEPT_MS,
     .when = WHEN_BINARY},
};

static const struct dialogue_step close_socket[] = {CLOSE_SOCKET};

static const struct dialogue_step close_coap[] = {
    {.command = "AT+QCOAPCLOSE=0", .bound_ms = CLOSE_MS, .flags = STEP_OPTIONAL},
};

// The module says goodbye and goes; one that does not is switched off by its key.
static const struct dialogue_step sleep[] = {
    {.kind = STEP_STATUS_OFF, .bound_ms = 0, .skip = 4, .flags = STEP_OPTIONAL},
    {.command = "AT+QPOWD=1",
     .outcome = "POWERED DOWN",
     .bound_ms = SHORT_MS,
     .outcome_ms = OFF_MS,
     .flags = STEP_OPTIONAL},
    {.kind = STEP_STATUS_OFF, .bound_ms = 2000, .skip = 2, .flags = STEP_OPTIONAL},
    {.kind = STEP_KEY, .bound_ms = KEY_OFF_MS},
    {.kind = STEP_STATUS_OFF, .bound_ms = OFF_MS},
};

static const struct at_form messages[] = {
    {.prefix = "+QMTRECV: ", .body = AT_QUOTED, .quote = 3},
    {.prefix = "+QIURC: \"recv\",0,", .body = AT_BEHIND},
    {.prefix = "+QCOAPRECV: ", .body = AT_BEHIND, .code = 2},
    {0},
};

#define RUN(steps)                                                                                 \
    {                                                                                              \
        steps, sizeof(steps) / sizeof((steps)[0])                                                  \
    }

const struct dialogue bg95_dialogue = {
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
            [DIALOGUE_SEND + MODEM_UDP] = RUN(send_socket),
            [DIALOGUE_SEND + MODEM_TCP] = RUN(send_socket),
            [DIALOGUE_CLOSE + MODEM_MQTT] = RUN(close_mqtt),
            [DIALOGUE_CLOSE + MODEM_COAP] = RUN(close_coap),
            [DIALOGUE_CLOSE + MODEM_UDP] = RUN(close_socket),
            [DIALOGUE_CLOSE + MODEM_TCP] = RUN(close_socket),
            [DIALOGUE_SLEEP] = RUN(sleep),
        },
    .messages = messages,
    .lost = {"+QMTSTAT: 0,", "+QIURC: \"closed\",0", "+QIURC: \"pdpdeact\"", "POWERED DOWN"},
    .started = {"RDY", "APP RDY"},
    .baud = 115200,
    .boot_ms = 10000,
    .restarts_max = 3,
    .backoff_min = {10, 30, 60},
};
