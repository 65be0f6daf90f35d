# nbota_test(NAME sources… [LIBS libraries…]): one cmocka program, one CTest case.
find_library(CMOCKA_LIBRARY cmocka REQUIRED)

function(nbota_test name)
    cmake_parse_arguments(TEST "" "" "LIBS" ${ARGN})
    add_executable(${name} ${TEST_UNPARSED_ARGUMENTS})
    target_link_libraries(${name} PRIVATE test_host ${TEST_LIBS} ${CMOCKA_LIBRARY})
    add_test(NAME ${name} COMMAND ${name})
endfunction()
