# The warnings of the house, errors in every compiler. A target gets them by living in this tree.
add_compile_options(
    -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wcast-qual -Wundef -Wvla -Wswitch-enum -Wdouble-promotion -Wformat=2
    -Wnull-dereference -Wwrite-strings)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wcast-align=strict)
endif()
