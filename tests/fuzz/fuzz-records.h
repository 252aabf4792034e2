/* fuzz-records.h: what both encodings of records promise
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "protocol/aspnetcore-records-private.h"

#include "fuzz.h"

void fuzz_records (SignalrEncoding  encoding,
                   const uint8_t   *data,
                   size_t           size);
