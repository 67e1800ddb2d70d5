// The format language of printf against the host's: every combination of flags, width, precision, length and
// conversion that OpenCL C has (6.15.14), of scalars and, element by element, of vectors.
#include <array>
#include <cfloat>
#include <climits>
#include <cmath>
#include <cstdio>

#include "softgpu/ze/engine/runtime.h"
#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

// Values as generated code hands them over.
class Values {
 public:
  template <typename T>
  Values& add(PrintKind kind, std::initializer_list<T> elements) {
    const auto size = static_cast<uint32_t>(elements.size() * sizeof(T));
    const PrintHeader header{kind, sizeof(T), static_cast<uint16_t>(elements.size()), (size + 7) & ~7U};
    const size_t at = bytes_.size();
    bytes_.resize(at + sizeof(header) + header.bytes);
    std::memcpy(bytes_.data() + at, &header, sizeof(header));
    std::memcpy(bytes_.data() + at + sizeof(header), std::data(elements), size);
    ++count_;
    return *this;
  }
  template <typename T>
  Values& integer(T value) {
    return add(PrintKind::Integer, {value});
  }
  std::string print(const std::string& format) const {
    return formatPrint(format.c_str(), bytes_.data(), count_);
  }

 private:
  std::vector<std::byte> bytes_;
  uint32_t count_ = 0;
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
template <typename... T>
std::string host(const std::string& format, T... values) {
  std::array<char, 1000> text{};
  std::snprintf(text.data(), text.size(), format.c_str(), values...);
  return text.data();
}
#pragma GCC diagnostic pop

// Everything between % and the length modifier.
std::vector<std::string> fronts() {
  std::vector<std::string> all;
  for (const char* flags : {"", "-", "+", " ", "#", "0", "-+", "+0", " 0", "#0", "-#", "+ ", "#+-", "-0"}) {
    for (const char* width : {"", "1", "7", "30"}) {
      for (const char* precision : {"", ".", ".0", ".1", ".6", ".20"}) {
        all.push_back(std::string(flags) + width + precision);
      }
    }
  }
  return all;
}

TEST(EnginePrintFormat, IntegersOfEachLength) {
  const std::vector<int64_t> values = {0,        1,        -1,       42,          127,     128,
                                       255,      SHRT_MAX, SHRT_MIN, USHRT_MAX,   INT_MAX, INT_MIN,
                                       UINT_MAX, LONG_MAX, LONG_MIN, 0x123456789, -70000};
  for (const std::string& front : fronts()) {
    for (const char type : {'d', 'i', 'o', 'u', 'x', 'X'}) {
      for (const int64_t value : values) {
        const auto whole = static_cast<int>(value);
        const std::string start = "<%" + front;
        const auto format = [&](const char* length) { return start + length + type + ">"; };
        // The default promotions make ints of shorter arguments; the modifier narrows them again.
        ASSERT_EQ(Values().integer(whole).print(format("")), host(format(""), whole)) << format("");
        ASSERT_EQ(Values().integer(whole).print(format("hh")), host(format("hh"), whole)) << format("hh");
        ASSERT_EQ(Values().integer(whole).print(format("h")), host(format("h"), whole)) << format("h");
        ASSERT_EQ(Values().integer(value).print(format("l")), host(format("l"), value)) << format("l");
      }
    }
  }
}

TEST(EnginePrintFormat, FloatingPoint) {
  const std::vector<double> values = {0,       -0.0,     1,        -1,        0.5,     3.14159265358979,
                                      -2.5e-7, 1e10,     123456.7, DBL_MAX,   DBL_MIN, 5e-324,
                                      1e100,   99999.95, INFINITY, -INFINITY, NAN};
  for (const std::string& front : fronts()) {
    for (const char type : {'f', 'F', 'e', 'E', 'g', 'G', 'a', 'A'}) {
      const std::string format = "<%" + front + type + ">";
      for (const double value : values) {
        ASSERT_EQ(Values().add(PrintKind::Float, {value}).print(format), host(format, value)) << format;
        const auto single = static_cast<float>(value);
        ASSERT_EQ(Values().add(PrintKind::Float, {single}).print(format), host(format, double{single}))
            << format;
      }
      for (const auto& [bits, value] : {std::pair<uint16_t, double>{0x3c00, 1},
                                        {0xc100, -2.5},
                                        {0x0001, 0x1p-24},
                                        {0x7bff, 65504},
                                        {0xfc00, -INFINITY}}) {
        ASSERT_EQ(Values().add(PrintKind::Float, {bits}).print(format), host(format, value)) << format;
      }
    }
  }
}

TEST(EnginePrintFormat, CharactersStringsPointersAndPercents) {
  const char* text = "some text";
  for (const char* flags : {"", "-"}) {
    for (const char* width : {"", "1", "5", "20"}) {
      const std::string front = std::string("<%") + flags + width;
      for (const char letter : {'x', ' ', '~'}) {
        EXPECT_EQ(Values().integer(int{letter}).print(front + "c>"), host(front + "c>", int{letter}));
      }
      EXPECT_EQ(Values().add<const void*>(PrintKind::Pointer, {text}).print(front + "p>"),
                host(front + "p>", text));
      for (const char* precision : {"", ".", ".0", ".4", ".30"}) {
        const std::string format = front + precision + "s>";
        EXPECT_EQ(Values().add(PrintKind::Pointer, {text}).print(format), host(format, text)) << format;
      }
    }
  }
  EXPECT_EQ(Values().print("100%%, 50 %%%%"), "100%, 50 %%");
}

TEST(EnginePrintFormat, WidthAndPrecisionAsArguments) {
  for (const int width : {0, 1, 12, -12}) {
    EXPECT_EQ(Values().integer(width).integer(77).print("<%*d>"), host("<%*d>", width, 77)) << width;
    for (const int precision : {0, 1, 5, -1}) {
      EXPECT_EQ(Values().integer(precision).integer(77).print("<%.*d>"), host("<%.*d>", precision, 77))
          << precision;
      EXPECT_EQ(Values().integer(width).integer(precision).add(PrintKind::Float, {2.125}).print("<%*.*f>"),
                host("<%*.*f>", width, precision, 2.125))
          << width << ' ' << precision;
    }
  }
}

template <typename T>
std::string joined(const std::string& conversion, std::initializer_list<T> elements) {
  std::string text;
  for (const T element : elements) {
    text += (text.empty() ? "" : ",") + host(conversion, element);
  }
  return text;
}

// Absurd ones are cut short, not refused by the host's printf or filled with gigabytes.
TEST(EnginePrintFormat, WidthsHaveAnEnd) {
  const std::string widest = std::string(9998, ' ') + "7";
  EXPECT_EQ(Values().integer(INT_MAX).integer(7).print("%*d"), widest);
  EXPECT_EQ(Values().integer(INT_MIN).integer(7).print("%*d").size(), widest.size());
  EXPECT_EQ(Values().integer(7).print("%999999999999d"), widest);
}

TEST(EnginePrintFormat, VectorsAreTheirElementsBetweenCommas) {
  static constexpr std::initializer_list<int8_t> bytes = {1, -2, 127, -128};
  static constexpr std::initializer_list<int16_t> shorts = {1, -2, 32767, -32768, 5, 6, 7, 8};
  static constexpr std::initializer_list<int32_t> ints = {1, -2, INT_MAX};
  static constexpr std::initializer_list<int64_t> longs = {LONG_MIN, LONG_MAX};
  static constexpr std::initializer_list<float> floats = {0.5F, -1e10F, 0, INFINITY};
  static constexpr std::initializer_list<double> doubles = {0.1, -2};
  constexpr auto kInteger = PrintKind::Integer, kFloat = PrintKind::Float;
  for (const std::string& front : fronts()) {
    for (const std::string type : {"d", "i", "o", "u", "x", "X"}) {
      const std::string start = "%" + front;
      ASSERT_EQ(Values().add(kInteger, bytes).print(start + "v4hh" + type),
                joined(start + "hh" + type, bytes));
      ASSERT_EQ(Values().add(kInteger, shorts).print(start + "v8h" + type),
                joined(start + "h" + type, shorts));
      ASSERT_EQ(Values().add(kInteger, ints).print(start + "v3hl" + type), joined(start + type, ints));
      ASSERT_EQ(Values().add(kInteger, longs).print(start + "v2l" + type), joined(start + "l" + type, longs));
    }
    for (const std::string type : {"f", "F", "e", "E", "g", "G", "a", "A"}) {
      const std::string start = "%" + front;
      ASSERT_EQ(Values().add(kFloat, floats).print(start + "v4hl" + type), joined(start + type, floats));
      ASSERT_EQ(Values().add(kFloat, doubles).print(start + "v2l" + type), joined(start + type, doubles));
      // Halves: 1 and -2.5.
      ASSERT_EQ(Values().add<uint16_t>(kFloat, {0x3c00, 0xc100}).print(start + "v2h" + type),
                joined(start + type, {1.0, -2.5}));
    }
  }
  EXPECT_EQ(Values()
                .add<uint8_t>(kInteger, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255})
                .print("%v16hhu"),
            "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,255");
}

TEST(EnginePrintFormat, WhatIsNoConversionStaysAsItIs) {
  for (const std::string text : {"%n", "%q", "%y %5k", "%", "%5", "%-", "%v4", "%hh"}) {
    EXPECT_EQ(Values().print(text), text);
  }
  // %n must not write through its argument.
  int untouched = 5;
  EXPECT_EQ(Values().add(PrintKind::Pointer, {&untouched}).print("abc%n"), "abc%n");
  EXPECT_EQ(untouched, 5);
  // Values that are not there print nothing.
  EXPECT_EQ(Values().print("<%d>"), "<>");
}

}  // namespace
}  // namespace softgpu::engine::test
