# Cross build for the STM32L072 (Cortex-M0+): GCC without a C library.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m0plus)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_OBJCOPY arm-none-eabi-objcopy)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
# Without -fno-tree-loop-distribute-patterns the loop in memset would become a call of memset. The call graph and the
# frames (.ci files) are what scripts/check-stack adds up.
string(JOIN " " CMAKE_C_FLAGS_INIT
    "-mcpu=cortex-m0plus -mthumb -masm-syntax-unified -ffreestanding -fno-common -ffunction-sections -fdata-sections"
    "-fno-tree-loop-distribute-patterns -fstack-usage -fcallgraph-info=su,da")
set(CMAKE_C_FLAGS_RELEASE_INIT "-Os -g")
set(CMAKE_C_FLAGS_RELEASE "-Os -g" CACHE STRING "size first; NDEBUG means nothing here")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostdlib -Wl,--gc-sections -Wl,--fatal-warnings")
