// SPDX-License-Identifier: Apache-2.0
// What tells one binary from another. The build makes the definitions from wire/products.def and the matrix in
// node/product/CMakeLists.txt; no source knows which product it is compiled for.
#ifndef NBOTA_NODE_PRODUCT_IDENTITY_H
#define NBOTA_NODE_PRODUCT_IDENTITY_H

// "v0.1.0"; the bootloader's own.
extern const char boot_version[];

#endif
