# Calls that no kernel exists for are refused by the compiler, in words, and not by the linker.
cmake_minimum_required(VERSION 3.24)
set(folder ${WORK}/misuse)
file(MAKE_DIRECTORY ${folder})

# What the statements are compiled after, once for all of them.
file(WRITE ${folder}/before.hpp "#include <activations_cuda/activations.hpp>
#include <activations_cuda/channelwise.hpp>
#include <activations_cuda/glu.hpp>
#include <activations_cuda/random.hpp>
#include <activations_cuda/reference.hpp>
#include <activations_cuda/softmax.hpp>
namespace act = activations_cuda;
struct foreign {};
extern act::parameter_arrays<act::prelu, float const> learned;
extern act::parameter_arrays<act::prelu, double const> doubles;
extern act::parameter_arrays<act::prelu, double> double_gradients;
extern act::parameter_arrays<act::prelu, int const> integers;
extern act::parameter_arrays<act::relu, float const> of_relu;
extern act::softmax_tensor<float const> const input;
extern act::softmax_tensor<float> const output;
extern act::softmax_options<float> const options;
")
set(compile ${CXX} -std=c++17 -I${SOURCE}/include -I${GENERATED} -I${CUDA})
execute_process(COMMAND ${compile} -x c++-header ${folder}/before.hpp -o ${folder}/before.hpp.gch COMMAND_ERROR_IS_FATAL ANY)

# Compiles one statement; prints what the compiler says, and nothing if it accepts it.
function(compile statement result)
  file(WRITE ${folder}/call.cpp "void call(float* x, int* i) { ${statement}; (void)x; (void)i; }\n")
  execute_process(COMMAND ${compile} -fsyntax-only -include ${folder}/before.hpp ${folder}/call.cpp
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(status EQUAL 0)
    set(output "")
  endif()
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

function(expect_refusal statement words)
  compile("${statement}" output)
  if(NOT output MATCHES "static assertion failed: ${words}")
    message(SEND_ERROR "no \"${words}\" for ${statement}, but:\n${output}")
  endif()
endfunction()

compile("act::forward(act::relu{}, x, x, 4, nullptr)" output)
if(output)
  message(FATAL_ERROR "what is right does not compile:\n${output}")
endif()
set(scopes act act::reference)
set(streams ", nullptr" " ")
set(shape "act::channel_shape{1, 1, 4}")
compile("act::forward(act::prelu{}, ${shape}, x, learned, x, nullptr); act::reference::forward(act::prelu{}, ${shape}, x, learned, x)" output)
if(output)
  message(FATAL_ERROR "what is right does not compile:\n${output}")
endif()
set(rows "act::softmax_shape{1, 4}, input, output, options")
compile("act::forward(act::softmin{}, ${rows}, nullptr); act::reference::forward(act::softmin{}, ${rows})" output)
if(output)
  message(FATAL_ERROR "what is right does not compile:\n${output}")
endif()
foreach(scope stream IN ZIP_LISTS scopes streams)
  expect_refusal("${scope}::forward(act::relu{}, ${rows}${stream})" "this activation works on single elements")
  expect_refusal("${scope}::backward(act::glu{}, act::softmax_shape{1, 4}, input, input, output, options${stream})" "this activation takes a gate")
  expect_refusal("${scope}::forward(act::softmin{}, x, x, 4${stream})" "this activation works on rows")
  expect_refusal("${scope}::forward(act::prelu{}, x, x, 4${stream})" "this activation has learned parameters")
  expect_refusal("${scope}::backward(act::apl{}, x, x, x, 4${stream})" "this activation has learned parameters")
  expect_refusal("${scope}::backward(act::swish{}, x, x, x, 4, 4${stream})" "this activation has learned parameters")
  expect_refusal("${scope}::forward(act::prelu{}, x, x, 4, act::random_position{}${stream})" "this activation has learned parameters")
  expect_refusal("${scope}::forward(act::relu{}, ${shape}, x, of_relu, x${stream})" "this activation works on single elements")
  expect_refusal("${scope}::backward(act::relu{}, ${shape}, x, x, of_relu, x${stream})" "this activation works on single elements")
  expect_refusal("${scope}::forward(act::softmax{}, ${shape}, x, act::parameter_arrays<act::softmax, float const>{}, x${stream})"
                 "this activation works on rows")
  expect_refusal("${scope}::forward(act::prelu{}, ${shape}, i, integers, i${stream})" "elements must be float")
  expect_refusal("${scope}::forward(act::softmax{}, x, x, 4${stream})" "this activation works on rows")
  expect_refusal("${scope}::backward(act::softmax{}, x, x, x, 4${stream})" "this activation works on rows")
  expect_refusal("${scope}::forward(act::relu{}, x, x, 4, 4${stream})" "this activation works on single elements")
  expect_refusal("${scope}::backward(act::relu{}, x, x, x, 4, 4${stream})" "this activation works on single elements")
  expect_refusal("${scope}::forward(act::glu{}, x, x, 4${stream})" "this activation takes a gate")
  expect_refusal("${scope}::forward(act::glu{}, x, x, 4, 4${stream})" "this activation takes a gate")
  expect_refusal("${scope}::forward(act::relu{}, x, 4, x, 4, x, 4, 1, 4${stream})" "this activation works on single elements")
  expect_refusal("${scope}::backward(act::softmax{}, act::glu_layout::interleaved, x, 4, x, 8, x, 8, 1, 4${stream})"
                 "this activation works on rows")
  expect_refusal("${scope}::forward(act::glu{}, act::glu_layout::interleaved, i, 8, i, 4, 1, 4${stream})" "elements must be float")
  expect_refusal("${scope}::forward(act::rrelu{}, x, x, 4${stream})" "this activation draws random numbers")
  expect_refusal("${scope}::backward(act::rrelu{}, x, x, x, 4, 4${stream})" "this activation draws random numbers")
  expect_refusal("${scope}::forward(act::relu{}, x, x, 4, act::random_position{}${stream})" "this activation works on single elements")
  expect_refusal("${scope}::backward(act::rrelu{}, i, i, i, 4, act::random_position{}${stream})" "elements must be float")
  expect_refusal("${scope}::slopes(act::rrelu{}, i, 4, act::random_position{}${stream})" "slopes must be float or double")
  expect_refusal("${scope}::slopes(act::softmax{}, x, 4, act::random_position{}${stream})" "this activation works on rows")
  expect_refusal("${scope}::forward(foreign{}, x, x, 4${stream})" "this type is no activation of the library")
  expect_refusal("${scope}::forward(act::relu{}, i, i, 4${stream})" "elements must be float")
  expect_refusal("${scope}::backward(act::softmax{}, i, i, i, 4, 4${stream})" "elements must be float")
  expect_refusal("${scope}::backward_from_output(act::heaviside{}, x, x, x, 4${stream})" "the output of this activation")
endforeach()
expect_refusal("act::reference::forward(act::prelu{}, ${shape}, x, doubles, x)" "learned parameters must be of the elements' type")
expect_refusal("act::reference::backward_parameters(act::prelu{}, ${shape}, x, x, doubles, double_gradients, act::gradient_update::add)"
               "learned parameters must be of the elements' type")
expect_refusal("act::backward_workspace<float>(act::relu{}, ${shape})" "this activation works on single elements")
expect_refusal("act::backward_workspace<int>(act::prelu{}, ${shape})" "elements must be float")
expect_refusal("act::softmax_workspace<float>(act::relu{}, act::softmax_shape{1, 4})" "this activation works on single elements")
expect_refusal("act::softmax_workspace<int>(act::softmax{}, act::softmax_shape{1, 4})" "elements must be float")
expect_refusal("act::functor<float>(act::prelu{})" "this activation has learned parameters")
expect_refusal("act::functor<float>(act::softmax{})" "this activation works on rows")
expect_refusal("act::functor<float>(act::rrelu{})" "this activation draws random numbers")
expect_refusal("act::functor<int>(act::relu{})" "elements must be float")
expect_refusal("act::functor<float>(act::heaviside{}).backward_from_output(1, 1)" "the output of this activation")
