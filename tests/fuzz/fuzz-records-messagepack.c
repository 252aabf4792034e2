/* fuzz-records-messagepack.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz-records.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  fuzz_records (SIGNALR_ENCODING_MESSAGEPACK, data, size);

  return 0;
}
