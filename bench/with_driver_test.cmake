# bench/with_driver where nvidia-smi is missing, finds no driver and lists a GPU. The PATH has nothing else.
cmake_minimum_required(VERSION 3.24)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
set(ENV{PATH} ${WORK})

function(expect_status expected words)
  execute_process(COMMAND /bin/sh ${SOURCE}/bench/with_driver ${CMAKE_COMMAND} -E echo "the benchmark ran"
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL expected OR NOT output MATCHES "^${words}[^\n]*\n$")
    message(SEND_ERROR "status ${status} instead of ${expected}, or not the one line '${words}':\n${output}")
  endif()
endfunction()

function(nvidia_smi_says answer status)
  file(WRITE ${WORK}/nvidia-smi "#!/bin/sh\necho '${answer}'\nexit ${status}\n")
  file(CHMOD ${WORK}/nvidia-smi PERMISSIONS OWNER_READ OWNER_EXECUTE OWNER_WRITE)
endfunction()

set(nothing "Nothing was timed: that needs a GPU with NVIDIA's driver, and")
expect_status(77 "${nothing} there is no nvidia-smi")
nvidia_smi_says("no driver is loaded" 9)
expect_status(77 "${nothing} nvidia-smi says: no driver is loaded")
nvidia_smi_says("GPU 0: NVIDIA H200" 0)
expect_status(0 "the benchmark ran")
