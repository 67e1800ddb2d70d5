// printf of OpenCL C: C's conversions plus vectors (%v4f, %v2hlx), with the types of the values known from
// the IR.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include "softgpu/ze/builtins/rounding.h"
#include "softgpu/ze/engine/runtime.h"

namespace softgpu::engine {
namespace {

struct Conversion {
  std::string flags;      // flags, width and precision, as C takes them; stars are filled in
  uint32_t elements = 0;  // of a vector; 0: none
  std::string length;
  char type = 0;
};

class Values {
 public:
  Values(const std::byte* at, uint32_t count) : at_(at), left_(count) {}

  // Null when there are no more.
  const std::byte* next(PrintHeader& header) {
    if (left_ == 0) {
      return nullptr;
    }
    --left_;
    std::memcpy(&header, at_, sizeof(header));
    const std::byte* data = at_ + sizeof(header);
    at_ = data + header.bytes;
    return data;
  }

 private:
  const std::byte* at_;
  uint32_t left_;
};

int64_t readInteger(const std::byte* data, uint8_t size) {
  const auto as = [data]<typename T>(T value) {
    std::memcpy(&value, data, sizeof(value));
    return static_cast<int64_t>(value);
  };
  switch (size) {
    case 1:
      return as(int8_t{});
    case 2:
      return as(int16_t{});
    case 4:
      return as(int32_t{});
    default:
      return as(int64_t{});
  }
}

double readFloat(const std::byte* data, uint8_t size) {
  if (size == 8) {
    double value = 0;
    std::memcpy(&value, data, sizeof(value));
    return value;
  }
  if (size == 4) {
    float value = 0;
    std::memcpy(&value, data, sizeof(value));
    return static_cast<double>(value);
  }
  uint16_t value = 0;
  std::memcpy(&value, data, sizeof(value));
  return static_cast<double>(builtins::halfToFloat(value));
}

// The format is the conversion's own: made of checked characters and sure to match the value.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
template <typename T>
void append(std::string& text, const std::string& format, T value) {
  const int size = std::snprintf(nullptr, 0, format.c_str(), value);
  if (size > 0) {
    const size_t before = text.size();
    text.resize(before + static_cast<size_t>(size) + 1);
    std::snprintf(text.data() + before, static_cast<size_t>(size) + 1, format.c_str(), value);
    text.resize(before + static_cast<size_t>(size));
  }
}
#pragma GCC diagnostic pop

// Integers print as wide as their length modifier says, sign or zero extended from there.
int64_t truncate(int64_t value, const std::string& length, bool isSigned) {
  const unsigned bits = length == "hh" ? 8 : length == "h" ? 16 : length == "l" ? 64 : 32;
  if (bits == 64) {
    return value;
  }
  const uint64_t low = static_cast<uint64_t>(value) & ((uint64_t{1} << bits) - 1);
  const uint64_t sign = uint64_t{1} << (bits - 1);
  return static_cast<int64_t>(isSigned ? (low ^ sign) - sign : low);
}

void appendElement(std::string& text, const Conversion& conversion, const PrintHeader& header,
                   const std::byte* data) {
  const std::string format = "%" + conversion.flags;
  switch (conversion.type) {
    case 'd':
    case 'i':
      return append(
          text, format + "lld",
          static_cast<long long>(truncate(readInteger(data, header.elementSize), conversion.length, true)));
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return append(text, format + "ll" + conversion.type,
                    static_cast<unsigned long long>(
                        truncate(readInteger(data, header.elementSize), conversion.length, false)));
    case 'c':
      return append(text, format + "c", static_cast<int>(readInteger(data, header.elementSize)));
    case 's': {
      const char* string = nullptr;
      if (header.kind == PrintKind::Pointer) {
        std::memcpy(&string, data, sizeof(string));
      }
      return append(text, format + "s", string ? string : "(null)");
    }
    case 'p': {
      const void* pointer = nullptr;
      std::memcpy(&pointer, data, std::min<size_t>(sizeof(pointer), header.elementSize));
      return append(text, format + "p", pointer);
    }
    default:
      return append(text, format + conversion.type,
                    header.kind == PrintKind::Float
                        ? readFloat(data, header.elementSize)
                        : static_cast<double>(readInteger(data, header.elementSize)));
  }
}

// Reads a conversion after its '%'; false if it is none.
bool parse(const char*& at, Values& values, Conversion& conversion) {
  // Longer numbers than any output needs would only make snprintf fail.
  constexpr int kWidest = 9999;
  const auto number = [&](bool precision) {
    if (*at == '*') {
      ++at;
      PrintHeader header{};
      const std::byte* data = values.next(header);
      const int value = data ? static_cast<int>(readInteger(data, header.elementSize)) : 0;
      if (precision && value < 0) {
        conversion.flags.pop_back();  // as if there were none, so no dot either
      } else {
        conversion.flags += std::to_string(std::clamp(value, -kWidest, kWidest));
      }
      return;
    }
    for (unsigned digits = 0; *at >= '0' && *at <= '9'; ++at) {
      if (++digits <= 4) {
        conversion.flags += *at;
      }
    }
  };
  while (*at != 0 && std::strchr("-+ #0", *at)) {
    conversion.flags += *at++;
  }
  number(false);
  if (*at == '.') {
    conversion.flags += *at++;
    number(true);
  }
  if (*at == 'v') {
    ++at;
    while (*at >= '0' && *at <= '9' && conversion.elements < 100) {
      conversion.elements = conversion.elements * 10 + static_cast<uint32_t>(*at++ - '0');
    }
  }
  if (at[0] == 'h' && at[1] == 'l') {
    at += 2;  // 32-bit elements
  } else {
    while (*at == 'h' || *at == 'l' || *at == 'j' || *at == 'z' || *at == 't') {
      conversion.length += *at == 'h' ? 'h' : 'l';
      ++at;
    }
    conversion.length = conversion.length == "ll" ? "l" : conversion.length;
  }
  if (*at == 0 || !std::strchr("diouxXfFeEgGaAcsp", *at)) {
    return false;
  }
  conversion.type = *at++;
  return true;
}

}  // namespace

std::string formatPrint(const char* format, const std::byte* data, uint32_t count) {
  Values values(data, count);
  std::string text;
  for (const char* at = format; *at != 0;) {
    if (*at != '%') {
      text += *at++;
      continue;
    }
    const char* start = at++;
    if (*at == '%') {
      text += *at++;
      continue;
    }
    Conversion conversion;
    if (!parse(at, values, conversion)) {
      text.append(start, at);
      continue;
    }
    PrintHeader header{};
    const std::byte* value = values.next(header);
    if (!value) {
      continue;
    }
    const uint32_t elements = std::min<uint32_t>(std::max<uint32_t>(conversion.elements, 1), header.count);
    for (uint32_t i = 0; i < elements; ++i) {
      text += i == 0 ? "" : ",";
      appendElement(text, conversion, header, value + size_t{i} * header.elementSize);
    }
  }
  return text;
}

}  // namespace softgpu::engine
