// digits: trains a small network on real data with the library, linked as any user would.
#include "arguments.hpp"
#include "choices.hpp"
#include "network.hpp"
#include "report.hpp"

#include <algorithm>
#include <exception>
#include <iostream>

namespace {

using namespace digits;

constexpr int held_out_images = 297;

std::string device_name() {
  int device = 0;
  check(cudaGetDevice(&device), "cudaGetDevice");
  cudaDeviceProp properties;
  check(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
  return properties.name;
}

outcome train_and_report(activation_choice const& activation, arguments const& chosen,
                         data_set const& training, data_set const& held_out) {
  std::cout << "\nnetwork " << pixels << '-' << network::hidden << '-' << classes << ", "
            << in_words(activation) << ": batches of " << batch_size << ", learning rate "
            << learning_rate << ", momentum " << momentum << std::endl;
  auto const print_epoch = [](int epoch, score const& now, score const& test) {
    std::cout << epoch_line(epoch, now, test) << std::endl;
  };
  outcome result = train(activation, training, held_out, chosen.epochs, chosen.seed, print_epoch);
  if (!result.hidden_layer_has_learned) std::cout << remark(result) << '\n';
  std::cout << confusion_matrix(result.held_out) << std::endl;
  if (!result.learned_parameters.empty()) std::cout << learned_parameters(result) << std::endl;
  return result;
}

std::vector<activation_choice> choices_of(arguments const& chosen) {
  if (!chosen.compares_all()) return {chosen.activation};
  std::vector<activation_choice> all;
  for (std::string const& name : activation_names()) all.push_back({name});
  return all;
}

void run(arguments const& chosen) {
  std::string const device = device_name();
  std::cout << "device: " << device << '\n';
  data_set const all = read_file(DIGITS_DATA);
  split const parts = hold_out(all.labels, held_out_images, chosen.seed);
  data_set const training = all.subset(parts.training);
  data_set const held_out = all.subset(parts.held_out);
  std::cout << "data: " << training.size() << " digits to train on, " << held_out.size()
            << " held out, seed " << chosen.seed << std::endl;

  std::vector<outcome> results;
  for (activation_choice const& choice : choices_of(chosen))
    results.push_back(train_and_report(choice, chosen, training, held_out));
  if (chosen.compares_all()) std::cout << '\n' << comparison(results) << '\n';
  auto const best = std::max_element(
      results.begin(), results.end(),
      [](outcome const& a, outcome const& b) { return a.held_out.right < b.held_out.right; });
  std::cout << accuracy_line(best->held_out) << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    arguments const chosen = parse(std::vector<std::string>(argv + 1, argv + argc));
    if (chosen.help) {
      std::cout << help_text();
    } else {
      run(chosen);
    }
    return 0;
  } catch (bad_argument const& problem) {
    std::cerr << "digits: " << problem.what() << '\n';
    return 2;
  } catch (std::exception const& problem) {
    std::cerr << "digits: " << problem.what() << '\n';
    return 1;
  }
}
