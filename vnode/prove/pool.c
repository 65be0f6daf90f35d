// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/pool.h"

#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vnode/prove/second.h"

// A result is written whole or not at all.
_Static_assert(sizeof(struct prove_result) <= PIPE_BUF, "results of two workers may not mix");

struct crew {
    const struct prove_pool *pool;
    _Atomic size_t *next; // case that nobody has begun, shared
    int results[2];
    pid_t workers[PROVE_WORKERS_MAX];
    unsigned count;
    bool *done; // by case
};

// ---- a worker ----

static void work(const struct crew *crew)
{
    const struct prove_pool *pool = crew->pool;
    struct prove_result result;

    for (size_t i = atomic_fetch_add(crew->next, 1); i < pool->count;
         i = atomic_fetch_add(crew->next, 1)) {
        prove_second_run(pool, i, &result);
        result.index = (uint32_t)i;
        if (write(crew->results[1], &result, sizeof result) != (ssize_t)sizeof result) {
            break; // nobody listens any more
        }
    }
}

static enum status hire(struct crew *crew)
{
    fflush(NULL);
    for (; crew->count < crew->pool->workers; crew->count++) {
        pid_t pid = fork();
        if (pid < 0) {
            return crew->count == 0 ? STATUS_IO : STATUS_OK;
        }
        if (pid == 0) {
            (void)signal(SIGTERM, SIG_DFL); // the caller's handlers are for the one who waits
            (void)signal(SIGINT, SIG_DFL);
            close(crew->results[0]);
            work(crew);
            if (crew->pool->on_leave != NULL) {
                crew->pool->on_leave(crew->pool->context);
            }
            _exit(0);
        }
        crew->workers[crew->count] = pid;
    }
    return STATUS_OK;
}

// ---- the one who waits ----

// STATUS_DONE: all workers have left. STATUS_REFUSED: a signal came, so that somebody wants an end.
static enum status read_result(int from, struct prove_result *result)
{
    size_t size = 0;

    while (size < sizeof *result) {
        ssize_t count = read(from, (uint8_t *)result + size, sizeof *result - size);
        if (count <= 0) {
            return count == 0 ? STATUS_DONE : STATUS_REFUSED;
        }
        size += (size_t)count;
    }
    return STATUS_OK;
}

static enum status listen_to(struct crew *crew)
{
    const struct prove_pool *pool = crew->pool;
    struct prove_result result;

    close(crew->results[1]);
    crew->results[1] = -1;
    enum status status = read_result(crew->results[0], &result);
    while (status == STATUS_OK) {
        crew->done[result.index] = true;
        status = pool->on_result(pool->context, &result) ? read_result(crew->results[0], &result)
                                                         : STATUS_REFUSED;
    }
    return status == STATUS_DONE ? STATUS_OK : status;
}

static void dismiss(struct crew *crew, bool in_the_middle)
{
    for (unsigned i = 0; i < crew->count; i++) {
        if (in_the_middle) {
            kill(crew->workers[i], SIGTERM);
        }
        (void)waitpid(crew->workers[i], NULL, 0);
    }
}

static enum status tell_missing(const struct crew *crew)
{
    const struct prove_pool *pool = crew->pool;

    for (size_t i = 0; i < pool->count; i++) {
        struct prove_result result = {
            .which = pool->cases[i],
            .index = (uint32_t)i,
            .failed = true,
            .why = "its worker died: play it alone",
        };
        if (!crew->done[i] && !pool->on_result(pool->context, &result)) {
            return STATUS_REFUSED;
        }
    }
    return STATUS_OK;
}

static enum status run(struct crew *crew)
{
    enum status status = hire(crew);

    if (status == STATUS_OK) {
        status = listen_to(crew);
    }
    dismiss(crew, status != STATUS_OK);
    return status == STATUS_OK ? tell_missing(crew) : status;
}

static void close_ends(const struct crew *crew)
{
    for (unsigned i = 0; i < 2; i++) {
        if (crew->results[i] >= 0) {
            close(crew->results[i]);
        }
    }
}

enum status prove_pool_run(const struct prove_pool *self)
{
    struct crew crew = {.pool = self, .results = {-1, -1}};
    void *shared =
        mmap(NULL, sizeof *crew.next, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    enum status status = STATUS_IO;

    crew.done = calloc(self->count + 1, sizeof *crew.done);
    if (shared != MAP_FAILED && crew.done != NULL && pipe(crew.results) == 0) {
        crew.next = shared;
        status = run(&crew);
        close_ends(&crew);
    }
    if (shared != MAP_FAILED) {
        (void)munmap(shared, sizeof *crew.next);
    }
    free(crew.done);
    return status;
}
