// SPDX-License-Identifier: Apache-2.0
// Compiler promises that ISO C17 cannot spell. Each has an empty fallback.
#ifndef NBOTA_BASE_ATTR_H
#define NBOTA_BASE_ATTR_H

#if defined(__GNUC__)
#define MUST_USE __attribute__((warn_unused_result))
#define FORMAT_LIKE_PRINTF(format_index, first_index)                                              \
    __attribute__((format(printf, format_index, first_index)))
#define NO_RETURN __attribute__((noreturn))
#define NO_INLINE                                                                                  \
    __attribute__((noinline)) // a frame of its own, given back before the caller goes deeper
#else
#define MUST_USE
#define FORMAT_LIKE_PRINTF(format_index, first_index)
#define NO_RETURN
#define NO_INLINE
#endif

#endif
