# Installs into one folder and moves the tree to another, whose name has a blank: nothing may depend on where it was.
cmake_minimum_required(VERSION 3.24)
file(REMOVE_RECURSE ${STAGING} ${INSTALLED})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${STAGING} COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${STAGING} ${INSTALLED})
