// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/codes.h"

// The console may be open or locked: the password is an error in the one, the key in the other.
#define UNLOCK  "unlock\nwait 2s\n"
#define SET(x)  "type AT+" x "\nexpect OK within 30s\n"
#define UPGRADE "type AT+UPGRADE\n"
#define SENT    "send $FILE\nexpect update installed within 5s\nexpect Version: $NEW within 20s\n"
#define RESTED  "expect End of upload within 600s\nwait 120s\n"
#define TORN_PIECE                                                                                 \
    "at chunk 30: cut power at operation 2 + 0.5\n"                                                \
    "at power-on 2: expect nbota boot within 600s\n"
#define REPORTED "expect $DONE within 3600s\n" RESTED

const char prove_common_settings[] = "expect Protocol in Used within 60s\n" UNLOCK //
    SET("OTASER=127.0.0.1,1883") SET("OTACLT=token-1")                             //
    SET("OTAUNAME=token-1") SET("OTAPWD=NULL")                                     //
    SET("OTATITLE=$TITLE") SET("SERVADDR=127.0.0.1,1884")                          //
    SET("CLIENT=node-1") SET("PUBTOPIC=node/up")                                   //
    SET("SUBTOPIC=node/down") SET("TDC=7200")                                      //
    "type ATZ\n" RESTED; // the new settings count now

const char prove_ask_settings[] =
    UNLOCK "type AT+CFG\nexpect AT+DEUI within 60s\nexpect OK within 30s\n";

// One differs from what runs in nearly every page, so that all of the slot is rewritten. The other in a few: all of it is
// rewritten on the way back, and the way there is not played once more. It is another product, which clears the settings
// at its first start.
#define FAR       "s31-nb-v1.2.0"
#define NEAR      "s31-nb2-v1.1.0"
#define SAME_SIZE "s31-nb-v1.1.0"

static const struct prove_scenario scenarios[] = {
    {
        .name = "update",
        .summary = "a whole update over the air: trigger, erase, download, install, trial, report",
        .flash = "4M",
        .to = FAR,
        .prepare = "",
        .act = UPGRADE REPORTED,
        .rest = "",
        .again = UNLOCK UPGRADE,
        .takes_new = true,
        .confirms = true,
        .report = "$DONE",
    },
    {
        .name = "rollback",
        .summary =
            "another product's image hangs on trial: the way back, settings restored, code 8",
        .flash = "4M",
        .to = NEAR,
        .prepare = UPGRADE "expect Close OTA upgrade within 3600s\n",
        .act = "expect rolled back: within 3600s\nexpect ota error 8 within 600s\n" RESTED,
        .rest = "",
        .hangs = true,
        .report = "$BACK",
    },
    {
        .name = "resume",
        // Its preparation tears a piece, whose sector and whose note in the map have to be cleaned first.
        .summary =
            "the rest of a download whose power went amid chunk 30, and the order to install",
        .flash = "4M",
        .to = FAR,
        .prepare = UPGRADE TORN_PIECE,
        .act = "expect Resume download within 600s\nexpect nbota boot within 3600s\n",
        .rest = REPORTED,
        .takes_new = true,
        .confirms = true,
        .report = "$DONE",
    },
    {
        // What is assigned first has the same title and size.
        .name = "changed",
        .summary =
            "another image is assigned amid a download: it begins anew, and nothing is spliced",
        .flash = "4M",
        .to = SAME_SIZE,
        .changes = true,
        .prepare = UPGRADE TORN_PIECE,
        .act = "expect wait for the erase within 600s\nexpect Request download successfully within "
               "600s\n"
               "wait 3s\n",
        .rest = REPORTED,
        .takes_new = true,
        .confirms = true,
        .report = "$DONE",
    },
    {
        // Its preparation leaves the journal's half nearly full.
        .name = "settings",
        .summary = "a person at the console sets everything once, over a compaction of the journal",
        .flash = "4M",
        .to = FAR,
        .prepare = SET("CLIENT=a-name-that-takes-room") SET("CLIENT=node-1"),
        .times = 156,
        .compacts = true,
        .act = SET("OTASER=127.0.0.2,1885") SET("OTACLT=token-of-another-node")        //
        SET("OTAUNAME=somebody") SET("OTAPWD=something") SET("OTATITLE=another-title") //
        SET("SERVADDR=127.0.0.3,1886") SET("CLIENT=a-client-with-a-longer-name")       //
        SET("UNAME=somebody-else") SET("PWD=something-else")                           //
        SET("PUBTOPIC=another/topic/up") SET("SUBTOPIC=another/topic/down")            //
        SET("MQOS=1") SET("TDC=3600") SET("RXDL=2") SET("APN=an.apn") SET("CSQTIME=6") //
        SET("URI2=11,\"path\"") SET("DOWNTE=1,0") SET("INTMOD=1,0,0")                  //
        SET("5VT=500") SET("CLOCKLOG=1,65535,20,9"),
        .rest = "",
        .sets = true,
    },
    {
        .name = "local",
        .summary = "an update over the console line, on a board without flash chip",
        .flash = "none",
        .to = FAR,
        .prepare = "type ATZ\nexpect g for a within 60s\n",
        .act = SENT RESTED,
        .rest = "",
        .again = "cut power\nwait 1100ms\n" SENT,
        .insists = true,
        .takes_new = true,
    },
};

const struct prove_scenario *prove_scenario_at(size_t index)
{
    return index < sizeof scenarios / sizeof scenarios[0] ? &scenarios[index] : NULL;
}

const struct prove_scenario *prove_scenario_find(const char *name)
{
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (strcmp(scenarios[i].name, name) == 0) {
            return &scenarios[i];
        }
    }
    return NULL;
}

// ---- words ----

enum { WORD_SIZE = 400 };

static void fill_in(const char *name, const struct prove_setup *setup, char word[WORD_SIZE])
{
    const struct fwinfo *offer = &setup->offer;

    if (strcmp(name, "$TITLE") == 0) {
        snprintf(word, WORD_SIZE, "%s", offer->title);
    } else if (strcmp(name, "$NEW") == 0) {
        snprintf(word, WORD_SIZE, "%s", offer->version);
    } else if (strcmp(name, "$FILE") == 0) {
        snprintf(word, WORD_SIZE, "%s", setup->packed_path);
    } else {
        enum ota_code code = strcmp(name, "$BACK") == 0 ? OTA_ROLLED_BACK : OTA_SUCCESS;
        snprintf(word, WORD_SIZE, "%s, Firmware Title: %s Ver: %s", code_text(code), offer->title,
                 offer->version);
    }
}

char *prove_script(const char *text, const struct prove_setup *setup)
{
    static const char *const names[] = {"$TITLE", "$NEW", "$FILE", "$DONE", "$BACK"};
    char *result = strdup(text);
    char word[WORD_SIZE];

    for (size_t i = 0; i < sizeof names / sizeof names[0] && result != NULL; i++) {
        fill_in(names[i], setup, word);
        for (char *at = strstr(result, names[i]); at != NULL; at = strstr(result, names[i])) {
            size_t before = (size_t)(at - result), name_size = strlen(names[i]);
            size_t room = strlen(result) - name_size + strlen(word) + 1;
            char *grown = malloc(room);
            if (grown != NULL) {
                snprintf(grown, room, "%.*s%s%s", (int)before, result, word, at + name_size);
            }
            free(result);
            result = grown;
            if (result == NULL) {
                break;
            }
        }
    }
    return result;
}
