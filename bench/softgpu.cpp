// Started by bench/softgpu: times of kernels on every OpenCL platform there is, launches of the platforms in
// turns, as one line of JSON for each kernel. Differing results end it. The first platform is what others are
// compared to.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "platform.h"
#include "softgpu_kernels.h"

namespace {

using clze::bench::eachPlatform;
using clze::bench::require;

using Bytes = std::vector<std::byte>;

enum class Compare { None, Bytes, Unorm8, Floats, Counts };
struct Buffer {
  Bytes content;
  Compare compare = Compare::None;
};
struct Image {
  cl_image_format format;
  size_t width, height, texelSize;
  Bytes content;
  Compare compare = Compare::None;
};
struct Local {
  size_t size;
};
using Argument = std::variant<Buffer, Image, Local, int32_t, float, double>;

struct Case {
  std::string name;
  const char* kernel;
  std::vector<size_t> global, local;
  std::vector<Argument> arguments;
};

template <typename T>
Bytes randomBytes(size_t count, const std::function<T(uint32_t)>& value) {
  Bytes bytes(count * sizeof(T));
  uint32_t state = 12345;
  for (size_t i = 0; i < count; ++i) {
    state = state * 1664525 + 1013904223;
    const T element = value(state >> 8);
    std::memcpy(bytes.data() + i * sizeof(T), &element, sizeof(T));
  }
  return bytes;
}
Bytes floats(size_t count) {
  return randomBytes<float>(count, [](uint32_t random) { return static_cast<float>(random) / 16777216.0f; });
}
Bytes octets(size_t count) {
  return randomBytes<uint8_t>(count, [](uint32_t random) { return static_cast<uint8_t>(random); });
}
Bytes ints(size_t count) {
  return randomBytes<int32_t>(count, [](uint32_t random) { return static_cast<int32_t>(random % 1000); });
}

constexpr cl_image_format kRgba8{CL_RGBA, CL_UNORM_INT8};
constexpr cl_image_format kR8{CL_R, CL_UNORM_INT8};

std::vector<Case> makeCases() {
  constexpr size_t kW = 640;
  constexpr size_t kH = 352;
  constexpr size_t kMany = 1 << 21;
  const auto rgba = [](size_t w, size_t h, Compare compare = Compare::None) {
    return Image{kRgba8, w, h, 4, octets(w * h * 4), compare};
  };
  std::vector<Case> cases;
  cases.push_back({"saxpy",
                   "saxpy",
                   {kMany},
                   {256},
                   {Buffer{floats(kMany)}, Buffer{floats(kMany), Compare::Floats}, 1.5f}});
  cases.push_back({"blur 3x3, buffer",
                   "blur_buffer",
                   {kW, kH},
                   {16, 16},
                   {Buffer{floats(kW * kH)}, Buffer{Bytes(kW * kH * 4), Compare::Floats},
                    static_cast<int32_t>(kW), static_cast<int32_t>(kH)}});
  cases.push_back(
      {"blur 3x3, image", "blur_image", {kW, kH}, {16, 16}, {rgba(kW, kH), rgba(kW, kH, Compare::Unorm8)}});
  cases.push_back({"scaling, linear sampler",
                   "scale",
                   {kW, kH},
                   {16, 16},
                   {rgba(480, 270), rgba(kW, kH, Compare::Unorm8)}});
  cases.push_back({"NV12 to RGBA",
                   "nv12_to_rgba",
                   {kW, kH},
                   {16, 16},
                   {Image{kR8, kW, kH, 1, octets(kW * kH)}, Image{kR8, kW, kH / 2, 1, octets(kW * kH / 2)},
                    rgba(kW, kH, Compare::Unorm8)}});
  cases.push_back({"reduction, barriers",
                   "reduce",
                   {kMany},
                   {256},
                   {Buffer{ints(kMany)}, Buffer{Bytes(kMany / 256 * 4), Compare::Bytes}, Local{256 * 4}}});
  cases.push_back({"matrix product, 16x16 tiles",
                   "matrix",
                   {256, 256},
                   {16, 16},
                   {Buffer{floats(256 * 256)}, Buffer{floats(256 * 256)},
                    Buffer{Bytes(256 * 256 * 4), Compare::Floats}, 256}});
  cases.push_back({"histogram, local atomics",
                   "histogram",
                   {kMany / 64},
                   {256},
                   {Buffer{octets(kMany)}, Buffer{Bytes(kMany / 64 * 4), Compare::Bytes}, 64}});
  cases.push_back({"nlmeans 7x7, image",
                   "nlmeans",
                   {160, 88},
                   {16, 4},
                   {Image{kR8, 160, 88, 1, octets(160 * 88)}, Buffer{Bytes(160 * 88 * 4), Compare::Floats},
                    160, 3, 4.0f}});
  cases.push_back({"mandelbrot, float",
                   "mandelbrot",
                   {256, 256},
                   {16, 16},
                   {Buffer{Bytes(256 * 256 * 4), Compare::Counts}, 256, -2.0f, -1.25f, 2.5f / 256}});
  cases.push_back({"mandelbrot, double",
                   "mandelbrot_double",
                   {256, 256},
                   {16, 16},
                   {Buffer{Bytes(256 * 256 * 4), Compare::Counts}, 256, -2.0, -1.25, 2.5 / 256}});
  cases.push_back({"empty kernel, launch and wait", "empty", {1}, {1}, {Buffer{Bytes(4)}}});
  return cases;
}

// A platform with the kernels.
struct Platform : clze::bench::Platform {
  cl_program program;
  explicit Platform(cl_platform_id platform) : clze::bench::Platform(platform), program(build(kKernels)) {}
};

// Nanoseconds, on the clock and of all threads together: other programs on the machine add to the first only.
struct Time {
  double real, cpu;
};

double cpuTime() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// A case on one platform, its memory filled.
class Runner {
 public:
  Runner(const Platform& platform, const Case& test) : platform_(platform), case_(test) {
    cl_int code = CL_SUCCESS;
    kernel_ = clCreateKernel(platform.program, test.kernel, &code);
    require(code, "clCreateKernel");
    cl_uint index = 0;
    for (const Argument& argument : test.arguments) {
      std::visit([&](const auto& value) { set(index, value); }, argument);
      ++index;
    }
  }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner() {
    for (cl_mem memory : memory_) clReleaseMemObject(memory);
    clReleaseKernel(kernel_);
  }

  void launch() const {
    require(clEnqueueNDRangeKernel(platform_.queue, kernel_, static_cast<cl_uint>(case_.global.size()),
                                   nullptr, case_.global.data(), case_.local.data(), 0, nullptr, nullptr),
            "clEnqueueNDRangeKernel");
  }

  // A launch with its wait, of `times`.
  Time measure(int times) const {
    const auto start = std::chrono::steady_clock::now();
    const double cpuStart = cpuTime();
    for (int i = 0; i < times; ++i) {
      launch();
      require(clFinish(platform_.queue), "clFinish");
    }
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    return {taken.count() / times, (cpuTime() - cpuStart) / times};
  }

  // Contents of what is compared, in the order of the arguments.
  std::vector<std::pair<Compare, Bytes>> results() const {
    std::vector<std::pair<Compare, Bytes>> all;
    size_t memory = 0;
    for (const Argument& argument : case_.arguments) {
      if (const auto* buffer = std::get_if<Buffer>(&argument)) {
        Bytes content(buffer->content.size());
        require(clEnqueueReadBuffer(platform_.queue, memory_[memory++], CL_TRUE, 0, content.size(),
                                    content.data(), 0, nullptr, nullptr),
                "clEnqueueReadBuffer");
        all.emplace_back(buffer->compare, std::move(content));
      } else if (const auto* image = std::get_if<Image>(&argument)) {
        Bytes content(image->content.size());
        const size_t origin[3] = {};
        const size_t region[3] = {image->width, image->height, 1};
        require(clEnqueueReadImage(platform_.queue, memory_[memory++], CL_TRUE, origin, region, 0, 0,
                                   content.data(), 0, nullptr, nullptr),
                "clEnqueueReadImage");
        all.emplace_back(image->compare, std::move(content));
      }
    }
    return all;
  }

 private:
  void add(cl_uint index, cl_mem memory, cl_int code) {
    require(code, ("creating memory on " + platform_.name).c_str());
    memory_.push_back(memory);
    require(clSetKernelArg(kernel_, index, sizeof(memory), &memory), "clSetKernelArg");
  }
  void set(cl_uint index, const Buffer& buffer) {
    cl_int code = CL_SUCCESS;
    cl_mem memory =
        clCreateBuffer(platform_.context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, buffer.content.size(),
                       const_cast<std::byte*>(buffer.content.data()), &code);
    add(index, memory, code);
  }
  void set(cl_uint index, const Image& image) {
    cl_image_desc description{};
    description.image_type = CL_MEM_OBJECT_IMAGE2D;
    description.image_width = image.width;
    description.image_height = image.height;
    cl_int code = CL_SUCCESS;
    cl_mem memory = clCreateImage(platform_.context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, &image.format,
                                  &description, const_cast<std::byte*>(image.content.data()), &code);
    add(index, memory, code);
  }
  void set(cl_uint index, const Local& local) {
    require(clSetKernelArg(kernel_, index, local.size, nullptr), "clSetKernelArg");
  }
  template <typename T>
  void set(cl_uint index, const T& value) {
    require(clSetKernelArg(kernel_, index, sizeof(value), &value), "clSetKernelArg");
  }

  const Platform& platform_;
  const Case& case_;
  cl_kernel kernel_ = nullptr;
  std::vector<cl_mem> memory_;
};

template <typename T>
T element(const Bytes& bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

// Rounding may differ by one step of unorm8, by contraction and the precision of exp() in floats; the number
// of iterations where a point lies on the edge, in one of a thousand.
bool agree(Compare compare, const Bytes& a, const Bytes& b) {
  switch (compare) {
    case Compare::None:
      return true;
    case Compare::Bytes:
      return a == b;
    case Compare::Unorm8:
      for (size_t i = 0; i < a.size(); ++i) {
        if (std::abs(element<uint8_t>(a, i) - element<uint8_t>(b, i)) > 1) return false;
      }
      return true;
    case Compare::Floats:
      for (size_t i = 0; i < a.size() / sizeof(float); ++i) {
        const float x = element<float>(a, i);
        if (!(std::fabs(x - element<float>(b, i)) <= 1e-4f * std::max(1.0f, std::fabs(x)))) return false;
      }
      return true;
    case Compare::Counts: {
      const size_t count = a.size() / sizeof(int32_t);
      size_t different = 0;
      for (size_t i = 0; i < count; ++i) different += element<int32_t>(a, i) != element<int32_t>(b, i);
      return different * 1000 <= count;
    }
  }
  return false;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void run(const Case& test, const std::vector<Platform>& platforms, double seconds) {
  constexpr int kRounds = 7;
  std::vector<std::unique_ptr<Runner>> runners;
  std::vector<int> repetitions;
  std::vector<std::vector<double>> real(platforms.size()), cpu(platforms.size());
  std::vector<std::pair<Compare, Bytes>> expected;
  for (const Platform& platform : platforms) {
    runners.push_back(std::make_unique<Runner>(platform, test));
    runners.back()->measure(1);  // PoCL compiles for a local size at its first launch
    const auto results = runners.back()->results();
    if (expected.empty()) {
      expected = results;
    }
    for (size_t i = 0; i < results.size(); ++i) {
      if (!agree(results[i].first, expected[i].second, results[i].second)) {
        std::cerr << "bench_softgpu: " << test.name << " gives something else on " << platform.name
                  << " than on " << platforms.front().name << "\n";
        std::exit(1);
      }
    }
    const double once = runners.back()->measure(2).real * 1e-9;
    repetitions.push_back(std::clamp(static_cast<int>(seconds / kRounds / once), 1, 20000));
  }
  for (int round = 0; round < kRounds; ++round) {
    for (size_t i = 0; i < runners.size(); ++i) {
      const Time time = runners[i]->measure(repetitions[i]);
      real[i].push_back(time.real);
      cpu[i].push_back(time.cpu);
    }
  }
  std::cout << R"({"kernel": ")" << test.name << R"(", "ns": {)";
  for (size_t i = 0; i < platforms.size(); ++i) {
    std::cout << (i ? ", " : "") << '"' << platforms[i].name << "\": [" << median(real[i]) << ", "
              << median(cpu[i]) << "]";
  }
  std::cout << "}}" << std::endl;
}

}  // namespace

// bench_softgpu SECONDS [PART_OF_A_NAME]...: seconds for each kernel on each platform.
int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1;
  const std::vector<Platform>& platforms = eachPlatform<Platform>();
  for (const Case& test : makeCases()) {
    const auto wanted = [&](const char* part) { return test.name.find(part) != std::string::npos; };
    if (argc <= 2 || std::any_of(argv + 2, argv + argc, wanted)) run(test, platforms, seconds);
  }
}
