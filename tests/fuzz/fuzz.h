/* fuzz.h: what every fuzz target is
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* Called by libFuzzer with whatever it thinks of, or by fuzz-replay.c with the
 * corpus. Aborts where a promise is broken.
 */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);
