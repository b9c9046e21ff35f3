# The shared library asks for the CUDA runtime's shared library, so that the emulator can stand in for it, and exports the C ABI
# and the C++ API alone.
cmake_minimum_required(VERSION 3.24)
execute_process(COMMAND ${READELF} -d ${LIBRARY} OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
foreach(entry IN ITEMS "NEEDED[^\n]*\\[libcudart\\.so\\.13\\]" "SONAME[^\n]*\\[libactivations_cuda\\.so\\.${MAJOR}\\]")
  if(NOT dynamic MATCHES ${entry})
    message(SEND_ERROR "${LIBRARY} has no entry ${entry} in its dynamic section:\n${dynamic}")
  endif()
endforeach()

# What a call may do to the runtime: launch, and look up the words of an error. Without allocation, synchronisation or query
# among the imports there is none. cudaPointerGetAttributes serves ACTIVATIONS_CUDA_CHECK_POINTERS, and is counted in a test, as are
# those of a device's limits and of a kernel's shared memory, asked for once on each device.
set(allowed cudaLaunchKernelExC cudaGetErrorName cudaGetErrorString cudaPointerGetAttributes
    cudaGetDevice cudaDeviceGetAttribute cudaFuncSetAttribute
    # what nvcc writes into every object with kernels
    __cudaGetKernel __cudaLaunchKernel __cudaPopCallConfiguration __cudaRegisterFatBinary __cudaRegisterFatBinaryEnd
    __cudaRegisterFunction __cudaRegisterVar __cudaUnregisterFatBinary)
execute_process(COMMAND ${NM} -D --undefined-only ${LIBRARY} OUTPUT_VARIABLE table COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[ \n]_*cu(da)?[A-Z][A-Za-z0-9_]*" imports "${table}")
foreach(import IN LISTS imports)
  string(STRIP "${import}" import)
  if(NOT import IN_LIST allowed)
    message(SEND_ERROR "${LIBRARY} calls ${import}; of the CUDA runtime it may call ${allowed}")
  endif()
endforeach()
if(NOT imports MATCHES "cudaLaunchKernelExC")
  message(SEND_ERROR "${LIBRARY} does not import cudaLaunchKernelExC: its imports were not understood:\n${table}")
endif()

execute_process(COMMAND ${NM} -D --defined-only --demangle ${LIBRARY} OUTPUT_VARIABLE table COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE ";" "," table "${table}")
string(REGEX MATCHALL "[^\n]+" lines "${table}")
set(exported 0)
foreach(line IN LISTS lines)
  string(REGEX REPLACE "^[0-9a-f ]*[A-Za-z] " "" symbol "${line}")
  if(NOT symbol MATCHES "^act_" AND
     NOT symbol MATCHES "^((void|unsigned long|vtable for|typeinfo for|typeinfo name for) )?activations_cuda::")
    message(SEND_ERROR "${LIBRARY} exports ${symbol}")
  endif()
  math(EXPR exported "${exported} + 1")
endforeach()
if(NOT table MATCHES " act_forward\n" OR NOT table MATCHES "void activations_cuda::detail::forward<" OR exported LESS 50)
  message(SEND_ERROR "${LIBRARY} exports ${exported} symbols; act_forward, activations_cuda::detail::forward and more are missing")
endif()
