// SPDX-License-Identifier: Apache-2.0
// The rules and their order are those of docs/performance.md, "Event rules"; names follow its table.
#include "link/estimate.h"

#include <math.h>
#include <string.h>

#include "link/air.h"

enum {
    ANSWER_HEADER_CHARACTERS = 45, // +QMTRECV and its topic on the modem's line
    REQUEST_CHARACTERS = 60,       // AT+QMTPUB and its topic
    UART_BITS = 10,
    PIECE_CRC_BYTES = 4,
};
static const double host_s = 0.012;   // CRC and four NOR pages
static const double ack_wait_s = 0.2; // a request within it carries the TCP acknowledgement
static const double pairing = 1.01;   // slack on the time in which paired requests follow

struct waiting {
    double at_s;
    uint32_t piece;
};

struct queue {
    struct waiting entry[LINK_WINDOW_MAX];
    uint32_t count;
};

struct run {
    const struct link_class *class;
    const struct link_transfer *transfer;
    double radio_s, uart_tx_s, uart_rx_s, host_free_s; // when each is free
    struct queue requests;                             // in the modem
    struct queue answers;                              // at the base station
    uint32_t out, issued, done, batch, unacked;
    struct link_estimate *sum;
};

static void push(struct queue *queue, double at_s, uint32_t piece)
{
    queue->entry[queue->count++] = (struct waiting){.at_s = at_s, .piece = piece};
}

static void drop(struct queue *queue, uint32_t count)
{
    queue->count -= count;
    memmove(queue->entry, queue->entry + count, queue->count * sizeof queue->entry[0]);
}

static double first_at(const struct queue *queue)
{
    return queue->count == 0 ? (double)INFINITY : queue->entry[0].at_s;
}

static double later(double a, double b)
{
    return a > b ? a : b;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t qos1_bytes(const struct run *run, uint32_t bytes)
{
    return run->transfer->qos1 ? bytes : 0;
}

static double request_s(const struct run *run)
{
    return (double)UART_BITS * REQUEST_CHARACTERS / run->transfer->baud + run->class->command_s;
}

// Payload of an answer: the piece and its CRC; the last piece is what remains.
static uint32_t answer_payload(const struct run *run, uint32_t piece)
{
    uint32_t rest = run->transfer->size_bytes - piece * run->transfer->piece_bytes;

    return smaller(rest, run->transfer->piece_bytes) + PIECE_CRC_BYTES;
}

static uint32_t answer_ip_bytes(uint32_t payload)
{
    return link_ip_bytes(LINK_ANSWER_OVERHEAD + payload);
}

static double uart_s(const struct run *run, uint32_t payload)
{
    uint32_t characters = ANSWER_HEADER_CHARACTERS + (run->transfer->hex ? 2 : 1) * payload;

    return (double)UART_BITS * characters / run->transfer->baud;
}

static bool may_issue(const struct run *run)
{
    const struct link_transfer *transfer = run->transfer;
    uint32_t left = run->sum->pieces - run->issued;

    return left > 0 && run->out < transfer->window &&
           (transfer->window - run->out >= smaller(transfer->burst, left) || run->out == 0 ||
            run->batch > 0);
}

static void issue(struct run *run, double now_s)
{
    while (may_issue(run)) {
        if (run->batch == 0) {
            run->batch = smaller(smaller(run->transfer->burst, run->transfer->window - run->out),
                                 run->sum->pieces - run->issued);
        }
        run->uart_tx_s = later(run->uart_tx_s, now_s) + request_s(run);
        push(&run->requests, run->uart_tx_s, run->issued);
        run->issued++;
        run->out++;
        run->batch--;
    }
}

static bool must_ack(const struct run *run)
{
    bool qos1 = run->transfer->qos1;
    bool owed = run->unacked >= 2 || (run->unacked >= 1 && (run->answers.count == 0 || qos1));

    return owed && (qos1 || first_at(&run->requests) > run->radio_s + ack_wait_s);
}

static void send_ack(struct run *run)
{
    uint32_t bytes = LINK_TCP_IP_BYTES + qos1_bytes(run, LINK_PUBACK_BYTES);

    run->radio_s += link_uplink_s(run->class, bytes);
    run->sum->tx_s += link_uplink_tx_s(run->class, bytes);
    run->sum->bursts++;
    run->sum->lone_acks++;
    run->unacked = 0;
}

static void send_requests(struct run *run, double start_s)
{
    double bound_s = start_s;
    uint32_t count = 0;

    if (run->transfer->burst > 1) {
        bound_s += pairing * run->transfer->burst * request_s(run);
    }
    while (count < run->requests.count && run->requests.entry[count].at_s <= bound_s) {
        start_s = later(start_s, run->requests.entry[count].at_s);
        count++;
    }
    run->radio_s = start_s + link_uplink_s(run->class, LINK_REQUEST_BYTES * count);
    run->sum->tx_s += link_uplink_tx_s(run->class, LINK_REQUEST_BYTES * count);
    run->sum->bursts++;
    run->unacked = 0;
    for (uint32_t i = 0; i < count; i++) {
        push(&run->answers, run->radio_s + run->class->core_s, run->requests.entry[i].piece);
    }
    drop(&run->requests, count);
}

static void take_answer(struct run *run, double start_s)
{
    uint32_t payload = answer_payload(run, run->answers.entry[0].piece);
    uint32_t bytes = answer_ip_bytes(payload);
    // A QoS 1 answer takes one block more for its packet identifier and the PUBACK's acknowledgement.
    uint32_t blocks = link_blocks(run->class, bytes) + qos1_bytes(run, 1);
    double air_s = blocks * run->class->cycle_s;

    drop(&run->answers, 1);
    run->radio_s = start_s + air_s;
    run->sum->rx_s += air_s * run->class->receiver_share;
    run->sum->tx_s += blocks * run->class->harq_s;
    run->unacked += link_segments(LINK_ANSWER_OVERHEAD + payload);
    run->uart_rx_s = later(run->uart_rx_s, run->radio_s) + uart_s(run, payload);
    run->host_free_s = later(run->host_free_s, run->uart_rx_s) + host_s;
    run->done++;
    run->out--;
    issue(run, run->transfer->window > 1 ? run->uart_rx_s : run->host_free_s);
}

static void run_events(struct run *run)
{
    issue(run, 0);
    while (run->done < run->sum->pieces) {
        double up_s = later(run->radio_s, first_at(&run->requests));
        double down_s = later(run->radio_s, first_at(&run->answers));
        if (must_ack(run)) {
            send_ack(run);
        } else if (up_s <= down_s) {
            send_requests(run, up_s);
        } else {
            take_answer(run, down_s);
        }
    }
    run->sum->time_s = run->host_free_s;
}

// ---- section 6 ----

enum { NOR_SECTOR = 4096, NOR_PAGE = 256 };
static const double processor_ma = 2.0;
static const double nor_ma = 20.0;
static const double nor_erase_s = 0.045, nor_program_s = 0.0007;
static const double seconds_per_hour = 3600.0;

static double nor_s(uint32_t size_bytes)
{
    uint32_t sectors = (size_bytes + NOR_SECTOR - 1) / NOR_SECTOR;
    uint32_t pages = (size_bytes + NOR_PAGE - 1) / NOR_PAGE;

    return sectors * nor_erase_s + pages * nor_program_s;
}

static void add_energy(const struct link_class *class, uint32_t size_bytes,
                       struct link_estimate *sum)
{
    double waiting_s = sum->time_s - sum->tx_s - sum->rx_s;
    double transfer = sum->tx_s * class->transmit_ma + sum->rx_s * class->receive_ma +
                      waiting_s * class->connected_ma;
    double fixed = class->attach_tx_s * class->transmit_ma +
                   (class->attach_s + class->tail_s - class->attach_tx_s) * class->connected_ma;
    double board = processor_ma * sum->time_s + nor_ma * nor_s(size_bytes);

    sum->transfer_mah = transfer / seconds_per_hour;
    sum->fixed_mah = fixed / seconds_per_hour;
    sum->total_mah = (transfer + fixed + board) / seconds_per_hour;
}

// ---- section 4, first rule, and section 2.1 ----

static void add_bytes(const struct run *run)
{
    struct link_estimate *sum = run->sum;
    const struct link_transfer *transfer = run->transfer;
    uint32_t full = answer_ip_bytes(transfer->piece_bytes + PIECE_CRC_BYTES);
    uint32_t last = answer_ip_bytes(answer_payload(run, sum->pieces - 1));
    struct link_bytes bytes =
        link_download_bytes(sum->pieces, full * (sum->pieces - 1) + last, sum->lone_acks);
    uint32_t block_bytes = run->class->block_bytes;

    sum->bytes_up = bytes.up;
    sum->bytes_down = bytes.down;
    sum->limit_s =
        (double)((full * sum->pieces + block_bytes - 1) / block_bytes) * run->class->cycle_s;
}

static bool is_valid(const struct link_transfer *transfer)
{
    return transfer->size_bytes > 0 && transfer->piece_bytes > 0 &&
           transfer->piece_bytes <= LINK_PIECE_MAX && transfer->window > 0 &&
           transfer->window <= LINK_WINDOW_MAX && transfer->burst > 0 &&
           transfer->burst <= transfer->window && transfer->baud > 0 &&
           transfer->size_bytes <= LINK_SIZE_MAX;
}

enum status link_estimate(const struct link_class *class, const struct link_transfer *transfer,
                          struct link_estimate *out)
{
    struct run run = {.class = class, .transfer = transfer, .sum = out};

    if (!is_valid(transfer)) {
        return STATUS_INVALID;
    }
    *out = (struct link_estimate){0};
    out->pieces = (transfer->size_bytes - 1) / transfer->piece_bytes + 1;
    run_events(&run);
    add_bytes(&run);
    add_energy(class, transfer->size_bytes, out);
    return STATUS_OK;
}
