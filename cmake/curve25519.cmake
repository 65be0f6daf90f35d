# CURVE25519_DIRS: folders of the package librust-ring-dev that hold C sources of Curve25519 and their headers. The
# package is a Rust library; only these files are used. CURVE25519_NOTICE: its licences. scripts/setup unpacks it here.
set(package /usr/local/share/nbota/librust-ring-dev/usr/share)
set(CURVE25519_NOTICE ${package}/doc/librust-ring-dev/copyright)
file(GLOB rings ${package}/cargo/registry/ring-*)
list(POP_BACK rings ring)
if(NOT EXISTS "${ring}/crypto/curve25519/curve25519.c")
    message(FATAL_ERROR "librust-ring-dev is not unpacked, which the check of signatures is built from: run scripts/setup")
endif()
set(CURVE25519_DIRS ${ring}/include ${ring}/crypto)
