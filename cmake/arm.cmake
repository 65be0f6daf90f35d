# Cross build for the STM32L072 (Cortex-M0+): GCC without a C library.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m0plus)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_OBJCOPY arm-none-eabi-objcopy)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m0plus -mthumb -ffreestanding -fno-common -ffunction-sections -fdata-sections -fno-tree-loop-distribute-patterns -fstack-usage -fcallgraph-info=su,da")
set(CMAKE_C_FLAGS_RELEASE_INIT "-Os -g")
