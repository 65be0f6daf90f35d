// SPDX-License-Identifier: Apache-2.0
// The head of a half: which of the two counts, and how one is made to count or not. The only word that a cut can have torn
// is the one that was written last, so each rule asks which word that was. A word that reads wrong for another reason takes
// no half with it: the other three are enough.
#include "node/port/eeprom.h"
#include "node/store/journal.h"
#include "node/store/journal_layout.h"

enum {
    GENERATION,
    CHECK,
    AGAIN,
    PROVEN,
    WORDS,
};
_Static_assert(4 * WORDS == JOURNAL_HEAD_SIZE, "the drawing in journal.h");
#define CHECK_MIX  0x6e6a6f75U // "njou": tells a journal from any other content
#define PROVEN_MIX 0x70726f76U

struct head {
    uint32_t word[WORDS];
};

static struct head head_at(uint32_t base)
{
    struct head head;

    eeprom_read(base, &head, sizeof head);
    return head;
}

// Undoes itself.
static uint32_t check_of(uint32_t generation)
{
    return ~generation ^ CHECK_MIX;
}

static struct head head_of(uint32_t generation)
{
    uint32_t check = check_of(generation);

    return (struct head){{generation, check, check, ~generation ^ PROVEN_MIX}};
}

// The generation is written first and goes last.
static bool is_void(uint32_t base)
{
    struct head head = head_at(base);

    return (head.word[GENERATION] | head.word[CHECK] | head.word[AGAIN] | head.word[PROVEN]) == 0;
}

static enum status put(uint32_t base, unsigned nth, uint32_t word, enum status before)
{
    return before == STATUS_OK ? eeprom_write_word(base + 4 * nth, word) : before;
}

enum status journal_write_head(uint32_t base, uint32_t generation)
{
    struct head head = head_of(generation);
    enum status status = STATUS_OK;

    for (unsigned i = 0; i < WORDS; i++) {
        status = put(base, i, head.word[i], status);
    }
    return status;
}

// Backwards, so that at any moment each word still vouches for those before it. Zeros are written over zeros too: a torn
// word may read as one.
enum status journal_void_head(uint32_t base)
{
    enum status status = STATUS_OK;

    for (unsigned i = WORDS; i-- > 0;) {
        status = put(base, i, 0, status);
    }
    return status;
}

// Where the three words behind it agree, a generation that does not is the word that reads wrong: it is written before them
// and goes after them.
static uint32_t generation_of(uint32_t base)
{
    struct head head = head_at(base);
    struct head vouched = head_of(check_of(head.word[CHECK]));
    bool is_vouched_for =
        head.word[AGAIN] == vouched.word[AGAIN] && head.word[PROVEN] == vouched.word[PROVEN];

    return is_vouched_for ? vouched.word[GENERATION] : head.word[GENERATION];
}

// `again` is begun when `check` is whole, and is erased before it.
static bool half_is_valid(uint32_t base)
{
    struct head head = head_at(base);
    uint32_t check = check_of(generation_of(base));

    return head.word[CHECK] == check || head.word[AGAIN] == check;
}

// `proven` is begun when both check words are whole.
bool journal_head_is_whole(const struct journal_place *place)
{
    struct head head = head_at(place->base);
    struct head expected = head_of(place->generation);

    return memcmp(&head, &expected, sizeof head) == 0;
}

// Generations are compared by distance, so that the count may wrap.
static bool is_newer(uint32_t generation, uint32_t than)
{
    return (int32_t)(generation - than) > 0;
}

// Leaves one half alone to count, so that nothing read from it can change any more. The newer one's `again` may be torn,
// unless `proven` says that it is not: it is written anew while the older one is whole. An older half is chosen only
// because the newer one was not finished; then its own words are whole, and the newer one's check word may be torn, so
// that they must not be touched.
static enum status void_other_half(const struct journal_place *place)
{
    uint32_t other = JOURNAL_HALF_SIZE - place->base;
    enum status status = STATUS_OK;

    if (is_void(other)) {
        return STATUS_OK;
    }
    if (is_newer(place->generation, generation_of(other)) && !journal_head_is_whole(place)) {
        status = put(place->base, AGAIN, check_of(place->generation), STATUS_OK);
    }
    return status == STATUS_OK ? journal_void_head(other) : status;
}

// `again` was begun, perhaps torn, so the check word is whole for good.
static bool is_certain(uint32_t base)
{
    struct head head = head_at(base);

    return head.word[AGAIN] != 0 || head.word[PROVEN] != 0;
}

// The older one of two valid halves is voided only when the newer one is complete. Until then it is certain, and the
// newer one's check word may be the torn one.
static uint32_t choose_of_two(void)
{
    bool second_is_newer = is_newer(generation_of(JOURNAL_HALF_SIZE), generation_of(0));
    uint32_t newer = second_is_newer ? JOURNAL_HALF_SIZE : 0;
    uint32_t older = JOURNAL_HALF_SIZE - newer;

    return !is_certain(newer) && is_certain(older) ? older : newer;
}

// A generation that the half has not had: what an older use of it left behind must stay dead.
static enum status format(struct journal_place *place)
{
    place->base = 0;
    place->generation = generation_of(0) + generation_of(JOURNAL_HALF_SIZE) + 1;
    return journal_write_head(0, place->generation);
}

enum status journal_choose_half(struct journal_place *place)
{
    bool first = half_is_valid(0);
    bool second = half_is_valid(JOURNAL_HALF_SIZE);

    if (!first && !second) {
        return format(place);
    }
    place->base = first && second ? choose_of_two() : second ? JOURNAL_HALF_SIZE : 0;
    place->generation = generation_of(place->base);
    return void_other_half(place);
}
