// The encoding between library and compiler process: damaged bytes first.
#include "spirv/wire.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <array>

namespace clze::spirv::wire {
namespace {

Request sample() {
  Request request;
  request.directory = "/dir";
  request.source = std::string("a\0b", 3);
  request.headers = {{"x.h", "text"}, {"", ""}};
  request.options = {"-w", "-DA= b"};
  request.extensions = {"cl_khr_fp64"};
  request.features = {"__opencl_c_images", ""};
  request.addressBits = 32;
  request.images = false;
  request.seconds = 9;
  return request;
}

TEST(Wire, RefusesEveryTruncation) {
  const std::string request = encode(sample());
  for (size_t size = 0; size < request.size(); ++size) {
    EXPECT_FALSE(decodeRequest(std::string_view(request).substr(0, size)).has_value()) << size;
  }
  const std::string outcome = encode(Outcome{true, {1, 2, 3}, "log"});
  for (size_t size = 0; size < outcome.size(); ++size) {
    EXPECT_FALSE(decodeOutcome(std::string_view(outcome).substr(0, size)).has_value()) << size;
  }
}

TEST(Wire, RefusesTheOthersKindAndLargeCounts) {
  EXPECT_FALSE(decodeOutcome(encode(sample())).has_value());
  EXPECT_FALSE(decodeRequest(encode(Outcome())).has_value());
  std::string huge = encode(sample());
  huge.replace(8, 8, std::string(8, '\xff'));
  EXPECT_FALSE(decodeRequest(huge).has_value());
}

TEST(Wire, CarriesRequestsAndOutcomes) {
  const auto request = decodeRequest(encode(sample()));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->directory, "/dir");
  EXPECT_EQ(request->source, std::string("a\0b", 3));
  EXPECT_EQ(request->headers, sample().headers);
  EXPECT_EQ(request->options, sample().options);
  EXPECT_EQ(request->extensions, sample().extensions);
  EXPECT_EQ(request->features, sample().features);
  EXPECT_EQ(request->addressBits, 32U);
  EXPECT_FALSE(request->images);
  EXPECT_EQ(request->seconds, 9U);
  const auto outcome = decodeOutcome(encode(Outcome{true, {1, 0xffffffff}, "log"}));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->ok);
  EXPECT_EQ(outcome->module, (std::vector<uint32_t>{1, 0xffffffff}));
  EXPECT_EQ(outcome->log, "log");
}

TEST(Wire, ReplacesTheContentsOfAFile) {
  const UniqueFd file(::memfd_create("test", MFD_CLOEXEC));
  ASSERT_TRUE(file);
  EXPECT_TRUE(writeAll(file.get(), "a long first text"));
  EXPECT_TRUE(writeAll(file.get(), "short"));
  EXPECT_EQ(readAll(file.get()), "short");
  EXPECT_FALSE(readAll(-1).has_value());
}

TEST(Wire, PassesDescriptorsAndClosesThoseNotAskedFor) {
  std::array<int, 2> ends = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
  const UniqueFd one(ends[0]);
  UniqueFd other(ends[1]);
  const UniqueFd file(::memfd_create("test", MFD_CLOEXEC));
  ASSERT_TRUE(writeAll(file.get(), "through"));
  const std::array<int, 2> sent = {file.get(), file.get()};
  int number = 5;
  ASSERT_TRUE(send(other.get(), &number, sizeof number, sent));
  std::array<UniqueFd, 1> received;
  number = 0;
  EXPECT_EQ(receive(one.get(), &number, sizeof number, received), static_cast<ssize_t>(sizeof number));
  EXPECT_EQ(number, 5);
  EXPECT_EQ(readAll(received[0].get()), "through");
  other.reset();
  EXPECT_EQ(receive(one.get(), &number, sizeof number, received), 0);
  EXPECT_FALSE(send(one.get(), &number, sizeof number, {}));
}

}  // namespace
}  // namespace clze::spirv::wire
