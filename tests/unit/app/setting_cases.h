// SPDX-License-Identifier: Apache-2.0
// One row for each setting: what it is by default, a value at its limit, one beyond, one of a wrong form. Written down
// here from docs/protocol.md, "AT console", and not taken from the table under test.
#ifndef NBOTA_TESTS_UNIT_APP_SETTING_CASES_H
#define NBOTA_TESTS_UNIT_APP_SETTING_CASES_H

#include "node/core/settings.h"
#include "wire/products.h"

struct setting_case {
    enum setting setting;
    const char *name;
    const char *preset;
    const char *limit;  // the longest or greatest value
    const char *beyond; // one more
    const char *wrong;  // another form
};

#define X4    "xxxx"
#define X8    X4 X4
#define X20   X8 X8 X4
#define X40   X20 X20
#define X44   X40 X4
#define X48   X40 X8
#define X63   X40 X20 "xxx"
#define X64   X40 X20 X4
#define X120  X40 X40 X40
#define X128  X64 X64
#define X200  X40 X40 X40 X40 X40
#define URI   "12,\"" X120 "xxx\""
#define HEX14 "0102030405060708090A0B0C0D0E"
#define CUT6  "128,1,123+124+125+126+127+128"
#define OTHER "\"8.8.8.8\",\"8.8.4.4\""

static const struct setting_case setting_cases[] = {
    {SETTING_OTASER, "OTASER", "NULL", X20 X8 "xxxxxx,65535", X20 X8 "xxxxxxx,65535", "host"},
    {SETTING_OTACLT, "OTACLT", "NULL", X44, X44 "x", "a;b"},
    {SETTING_OTAUNAME, "OTAUNAME", "NULL", X44, X44 "x", "a]b"},
    {SETTING_OTAPWD, "OTAPWD", "NULL", X48, X48 "x", "a\"b"},
    {SETTING_OTATITLE, "OTATITLE", "s31-nb", X20, X20 "x", "a\tb"},
    {SETTING_OTAVER, "OTAVER", "v1.0.0", X8, X8 "x", ""},
    {SETTING_SERVADDR, "SERVADDR", "NULL", X63 ",65535", X63 "x,65535", "host,0"},
    {SETTING_PRO, "PRO", "3,5", "3,3", "3,6", "3"},
    {SETTING_CLIENT, "CLIENT", "NULL", X128, X128 "x", "\x80"},
    {SETTING_UNAME, "UNAME", "NULL", X128, X128 "x", "a;b"},
    {SETTING_PWD, "PWD", "NULL", X200, X200 "x", "a]b"},
    {SETTING_PUBTOPIC, "PUBTOPIC", "NULL", X128, X128 "x", "a\"b"},
    {SETTING_SUBTOPIC, "SUBTOPIC", "NULL", X128, X128 "x", ""},
    {SETTING_MQOS, "MQOS", "0", "2", "3", "a"},
    {SETTING_URI1, "URI1", "NULL", URI, "12,\"" X120 "xxxx\"", "12,x"},
    {SETTING_URI2, "URI2", "NULL", URI, "12,\"" X120 "xxxx\"", "\"x\""},
    {SETTING_URI3, "URI3", "NULL", URI, "12,\"" X120 "xxxx\"", "12,\"x\"\""},
    {SETTING_URI4, "URI4", "NULL", URI, "12,\"" X120 "xxxx\"", "12,\"\""},
    {SETTING_URI5, "URI5", "NULL", URI, "12,\"" X120 "xxxx\"", "65536,\"x\""},
    {SETTING_TDC, "TDC", "7200", "16777215", "16777216", "-1"},
    {SETTING_RXDL, "RXDL", "0", "65535", "65536", "1.5"},
    {SETTING_APN, "APN", "NULL", X40, X40 "x", "a;b"},
    {SETTING_CSQTIME, "CSQTIME", "5", "10", "11", "0"},
    {SETTING_DNSCFG, "DNSCFG", OTHER, "\"" X20 "\",\"" X8 "xxxxxxx\"",
     "\"" X20 "\",\"" X8 "xxxxxxxx\"", "8.8.8.8"},
    {SETTING_BKDNS, "BKDNS", "1,0", "2,56," X40 "xxx,65535", "2,56," X40 "xxxx,65535", "2,56,x"},
    {SETTING_NTP, "NTP", "NULL", X63, X63 "x", "a\"b"},
    {SETTING_QCOPS, "QCOPS", "NULL", X63, X63 "x", "a;b"},
    {SETTING_TLSMOD, "TLSMOD", "0,0", "0,2", "1,0", "0"},
    {SETTING_INTMOD, "INTMOD", "0,0,0", "3,3,3", "3,3,4", "3,3"},
    {SETTING_5VT, "5VT", "0", "65535", "65536", "x"},
    {SETTING_BAUDR, "BAUDR", "9600", "115200", "115201", "x"},
    {SETTING_PARITY, "PARITY", "0", "2", "3", "odd"},
    {SETTING_STOPBIT, "STOPBIT", "0", "2", "3", "1.5"},
    {SETTING_MBFUN, "MBFUN", "0", "1", "2", "on"},
    {SETTING_PAYVER, "PAYVER", "1", "255", "256", "0"},
    {SETTING_COMMAND1, "COMMAND1", "NULL", HEX14 ",1", HEX14 "00,1", "01,2"},
    {SETTING_COMMAND2, "COMMAND2", "NULL", HEX14 ",1", HEX14 "00,1", "01,2"},
    {SETTING_COMMAND3, "COMMAND3", "NULL", HEX14 ",1", HEX14 "00,1", "01,2"},
    {SETTING_COMMAND4, "COMMAND4", "NULL", HEX14 ",1", HEX14 "00,1", "01,2"},
    {SETTING_COMMAND5, "COMMAND5", "NULL", HEX14 ",1", HEX14 "00,1", "01,2"},
    {SETTING_DATACUT1, "DATACUT1", "0,0,0", CUT6, CUT6 "+1", "1,2"},
    {SETTING_DATACUT2, "DATACUT2", "0,0,0", CUT6, CUT6 "+1", "1,2"},
    {SETTING_DATACUT3, "DATACUT3", "0,0,0", CUT6, CUT6 "+1", "1,2"},
    {SETTING_DATACUT4, "DATACUT4", "0,0,0", CUT6, CUT6 "+1", "1,2"},
    {SETTING_DATACUT5, "DATACUT5", "0,0,0", CUT6, CUT6 "+1", "1,2"},
    {SETTING_CMDDL1, "CMDDL1", "0", "4000", "4001", "-1"},
    {SETTING_CMDDL2, "CMDDL2", "0", "4000", "4001", "-1"},
    {SETTING_CMDDL3, "CMDDL3", "0", "4000", "4001", "-1"},
    {SETTING_CMDDL4, "CMDDL4", "0", "4000", "4001", "-1"},
    {SETTING_CMDDL5, "CMDDL5", "0", "4000", "4001", "-1"},
    {SETTING_CFGMOD, "CFGMOD", "1", "11", "12", "0"},
    {SETTING_CLOCKLOG, "CLOCKLOG", "1,65535,15,8", "1,65535,255,32", "1,65535,255,33",
     "1,3600,1,1"},
    {SETTING_DOWNTE, "DOWNTE", "0,0", "1,1", "1,2", "1,1,1"},
    {SETTING_SLEEP, "SLEEP", "0", "1", "2", "on"},
    {SETTING_PWORD, "PWORD", "a1b2c3", X8, X8 "x", "a\"b"},
    {SETTING_DEUI, "DEUI", "", "86620705346270F", "86620705346270F0", "86620705346270G"},
};

enum { SETTING_CASES = sizeof setting_cases / sizeof *setting_cases };

// Whether the node under test, an S31-NB, has it: the others need another modem or a line of their own.
static inline bool setting_case_is_here(const struct setting_case *row)
{
    unsigned capabilities = product_capabilities(&products[PRODUCT_S31_NB]);

    return capability_fits(capabilities, setting_rows[row->setting].needs);
}

#endif
