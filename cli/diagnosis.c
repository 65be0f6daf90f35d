// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnosis.h"

#include <stddef.h>

struct row {
    enum outcome outcome;
    enum ota_code code;   // OTA_NONE: any
    enum step step;       // the failed one; STEP_NONE: any
    enum trouble trouble; // TROUBLE_NONE: any
    struct diagnosis diagnosis;
};

#define ANSWERS_SERVER "nbota device show DEVICE: what the OTA server saw of it"
#define OFFER_ANOTHER  "nbota assign DEVICE FILE.bin: offer firmware that is known to work"
#define BACKUP_LOST                                                                                \
    "the new firmware failed its trial and stays: the flash chip has lost the former one"
#define TRY_AGAIN "AT+UPGRADE on the console, or nbota trigger DEVICE …: try again"

// The first row that fits counts; the last one of each outcome fits all.
static const struct row rows[] = {
    // ---- 1, 5, 6: the server's answer ----
    {OUTCOME_FAILED,
     OTA_TITLE,
     STEP_NONE,
     TROUBLE_NONE,
     {"the server offers firmware of another title than AT+OTATITLE says; letter case counts",
      "AT+OTATITLE=? on the console, then nbota assign DEVICE FILE.bin --title TITLE --version "
      "VERSION"}},
    {OUTCOME_FAILED,
     OTA_NO_TITLE,
     STEP_DOWNLOAD,
     TROUBLE_NONE,
     {"the server does not have the firmware any more that it offered (NOT_FOUND)",
      "nbota assign DEVICE FILE.bin"}},
    {OUTCOME_FAILED,
     OTA_NO_TITLE,
     STEP_NONE,
     TROUBLE_REQUEST,
     {"the question for firmware could not be sent: the link broke, or the server closed it",
      TRY_AGAIN}},
    {OUTCOME_FAILED,
     OTA_NO_TITLE,
     STEP_NONE,
     TROUBLE_NONE,
     {"the server's answer has no valid title, version or size: nothing is assigned to this device",
      "nbota assign DEVICE FILE.bin"}},
    {OUTCOME_FAILED,
     OTA_VERSION,
     STEP_NONE,
     TROUBLE_NONE,
     {"the server offers the version that AT+OTAVER says is running: there is nothing to do",
      "nbota device show DEVICE: which version it is offered; nbota assign DEVICE NEWER.bin"}},
    // ---- 2: the flash chip ----
    {OUTCOME_FAILED,
     OTA_HARDWARE,
     STEP_ACTIVATION,
     TROUBLE_NO_BACKUP,
     {BACKUP_LOST, OFFER_ANOTHER}},
    {OUTCOME_FAILED,
     OTA_HARDWARE,
     STEP_HARDWARE,
     TROUBLE_NONE,
     {"the node finds no SPI flash that it knows, of 128 KB or more",
      "nbota hardware check SERIAL: whether the board has one; without it update by cable or "
      "Bluetooth"}},
    {OUTCOME_FAILED,
     OTA_HARDWARE,
     STEP_STORAGE,
     TROUBLE_NONE,
     {"the SPI flash answers, but erasing it does not end in time", TRY_AGAIN}},
    {OUTCOME_FAILED,
     OTA_HARDWARE,
     STEP_WRITING,
     TROUBLE_NONE,
     {"the SPI flash does not keep what is written to it", TRY_AGAIN}},
    {OUTCOME_FAILED,
     OTA_HARDWARE,
     STEP_NONE,
     TROUBLE_NONE,
     {"the bootloader cannot read the image in the SPI flash; it tries again after every reset",
      "ATZ on the console: reset it and look at the line behind 'nbota boot'"}},
    // ---- 3 ----
    {OUTCOME_FAILED,
     OTA_FORMAT,
     STEP_NONE,
     TROUBLE_NONE,
     {"a downlink that begins with F9 is not F901, so nothing was started",
      "nbota trigger DEVICE …: sends F901 and nothing else"}},
    // ---- 4: the way to the server ----
    {OUTCOME_FAILED,
     OTA_TIMEOUT,
     STEP_NONE,
     TROUBLE_SETTINGS,
     {"AT+OTASER has no server and port, or AT+OTATITLE is not set",
      "nbota serve: prints the lines to type into the node"}},
    {OUTCOME_FAILED,
     OTA_TIMEOUT,
     STEP_WAKE,
     TROUBLE_NONE,
     {"the modem does not answer, or finds no network",
      "check SIM, antenna and coverage, then AT+UPGRADE on the console"}},
    {OUTCOME_FAILED,
     OTA_TIMEOUT,
     STEP_CONNECT,
     TROUBLE_OPEN,
     {"nothing answers at the address and port of AT+OTASER",
      "AT+OTASER=? on the console; nbota serve on the server; the port must be open to the mobile "
      "network"}},
    {OUTCOME_FAILED,
     OTA_TIMEOUT,
     STEP_CONNECT,
     TROUBLE_CONNECT,
     {"the server refuses the connection, or does not answer CONNECT: client id or user name is no "
      "token of a device",
      "nbota device list: is the device there; its token belongs into AT+OTACLT and AT+OTAUNAME"}},
    {OUTCOME_FAILED,
     OTA_TIMEOUT,
     STEP_CONNECT,
     TROUBLE_NONE,
     {"no connection to the OTA server", "AT+OTASER=? on the console; nbota serve on the server"}},
    {OUTCOME_FAILED,
     OTA_TIMEOUT,
     STEP_VERSION,
     TROUBLE_LINK,
     {"the link broke while the node told its title and version", TRY_AGAIN}},
    {OUTCOME_FAILED,
     OTA_TIMEOUT,
     STEP_VERSION,
     TROUBLE_NONE,
     {"connected, but the question for firmware is not answered: no OTA server is behind this "
      "broker",
      "nbota serve: the OTA server; " ANSWERS_SERVER}},
    {OUTCOME_FAILED,
     OTA_TIMEOUT,
     STEP_DOWNLOAD,
     TROUBLE_NONE,
     {"chunks stopped coming, and connecting again did not help", ANSWERS_SERVER}},
    {OUTCOME_FAILED,
     OTA_TIMEOUT,
     STEP_NONE,
     TROUBLE_NONE,
     {"the OTA server was not reached", "AT+OTASER=? on the console; nbota serve on the server"}},
    // ---- 7: checksums ----
    {OUTCOME_FAILED,
     OTA_CHECKSUM,
     STEP_DOWNLOAD,
     TROUBLE_CRC,
     {"a chunk arrived damaged every time that it was asked for",
      "nbota image verify FILE.bin: a packed file whose own CRC is wrong is damaged each time"}},
    {OUTCOME_FAILED,
     OTA_CHECKSUM,
     STEP_COMPLETION,
     TROUBLE_REFUSED,
     {"every chunk was good, and the bootloader would not install the image: the line 'Image "
      "refused' says why",
      "nbota image inspect FILE.bin: board, security counter, and the key that signed it"}},
    {OUTCOME_FAILED,
     OTA_CHECKSUM,
     STEP_COMPLETION,
     TROUBLE_NONE,
     {"every chunk was good, the whole is not what the server's fw_checksum says",
      "nbota image verify FILE.bin, then nbota assign DEVICE FILE.bin once more"}},
    {OUTCOME_FAILED,
     OTA_CHECKSUM,
     STEP_ACTIVATION,
     TROUBLE_NONE,
     {"the bootloader refuses the image: it is damaged, or made for another board",
      "nbota image inspect FILE.bin"}},
    {OUTCOME_FAILED,
     OTA_CHECKSUM,
     STEP_NONE,
     TROUBLE_NONE,
     {"what arrived is no firmware image of the announced size, or a chunk was damaged",
      "nbota image verify FILE.bin"}},
    // ---- 8 ----
    {OUTCOME_FAILED,
     OTA_ROLLED_BACK,
     STEP_NONE,
     TROUBLE_NONE,
     {"the new firmware did not confirm itself, and the former one runs again",
      "look at the log of the new firmware's starts before it is offered again"}},
    {OUTCOME_FAILED, OTA_NONE, STEP_NONE, TROUBLE_NONE, {"the log does not say why", TRY_AGAIN}},
    // ---- no code ----
    {OUTCOME_DOWNLOADED,
     OTA_NONE,
     STEP_NONE,
     TROUBLE_REFUSED,
     {"the bootloader refuses the image: it is damaged, or made for another board",
      "nbota image inspect FILE.bin"}},
    {OUTCOME_DOWNLOADED,
     OTA_NONE,
     STEP_NONE,
     TROUBLE_NOT_INSTALLED,
     {"the bootloader could not finish; it tries again after every reset",
      "ATZ on the console: reset it once more"}},
    {OUTCOME_DOWNLOADED, OTA_NONE, STEP_NONE, TROUBLE_NO_BACKUP, {BACKUP_LOST, OFFER_ANOTHER}},
    {OUTCOME_DOWNLOADED,
     OTA_NONE,
     STEP_NONE,
     TROUBLE_NO_APPLICATION,
     {"there is no application to start",
      "send one over the console line: nbota node update --port PORT FILE.bin"}},
    {OUTCOME_DOWNLOADED,
     OTA_NONE,
     STEP_NONE,
     TROUBLE_OLD_VERSION,
     {"everything was downloaded, but the former firmware started again",
      "nbota image inspect FILE.bin: is it made for this board"}},
    {OUTCOME_DOWNLOADED,
     OTA_NONE,
     STEP_NONE,
     TROUBLE_NONE,
     {"everything was downloaded; the start of the new firmware is not in the log",
      "AT+OTAVER=? on the console, or wait for the message 'OTA Update OK'"}},
    {OUTCOME_INTERRUPTED,
     OTA_NONE,
     STEP_NONE,
     TROUBLE_NONE,
     {"a reset or loss of power came in between, and the log does not show that it went on",
      "wait: an interrupted download of an nbota node goes on by itself; else AT+UPGRADE"}},
    {OUTCOME_OPEN,
     OTA_NONE,
     STEP_NONE,
     TROUBLE_CRC,
     {"the log ends while a damaged chunk is asked for again", "record the log to its end"}},
    {OUTCOME_OPEN,
     OTA_NONE,
     STEP_NONE,
     TROUBLE_NONE,
     {"the log ends before the update does",
      "record the log until 'Close OTA upgrade'; " ANSWERS_SERVER}},
    {OUTCOME_UPDATED,
     OTA_NONE,
     STEP_NONE,
     TROUBLE_NONE,
     {"the new firmware runs", "nbota device list: which version the device runs"}},
};

static bool fits(const struct row *row, const struct attempt *attempt)
{
    return row->outcome == attempt->outcome &&
           (row->code == OTA_NONE || row->code == attempt->code) &&
           (row->step == STEP_NONE || row->step == attempt->failed) &&
           (row->trouble == TROUBLE_NONE || row->trouble == attempt->trouble);
}

const struct diagnosis *diagnosis_of(const struct attempt *attempt)
{
    size_t last = sizeof rows / sizeof rows[0] - 1;

    for (size_t i = 0; i < last; i++) {
        if (fits(&rows[i], attempt)) {
            return &rows[i].diagnosis;
        }
    }
    return &rows[last].diagnosis;
}

const struct diagnosis *diagnosis_of_trouble(const struct attempt *attempt)
{
    struct attempt ended = *attempt;
    enum ota_code code = attempt_infer_code(attempt);

    if (ended.outcome == OUTCOME_OPEN && code != OTA_NONE) {
        attempt_fail(&ended, code, (struct log_time){CLOCK_NONE, 0});
    }
    return diagnosis_of(&ended);
}

const struct diagnosis *diagnosis_of_code(enum ota_code code)
{
    struct attempt attempt = {
        .outcome = code == OTA_SUCCESS ? OUTCOME_UPDATED : OUTCOME_FAILED,
        .code = code,
        .failed = (enum step)(code_step(code) - 1),
    };

    if (code == OTA_TIMEOUT || code == OTA_CHECKSUM) {
        attempt.failed = STEP_NONE; // a code alone does not say where
    }
    return diagnosis_of(&attempt);
}
