// A context on the first device of whatever driver the loader finds: softgpu, or Intel's on the fake GPU.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "l0backend/context.h"
#include "l0backend/loader/api.h"

namespace clze::l0::test {

class OnADriver : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(available()) << whyUnavailable();
    ASSERT_FALSE(drivers().empty());
    device = drivers()[0]->devices[0].get();
    auto made = Context::create(*drivers()[0], {device});
    ASSERT_TRUE(made.ok());
    context = std::move(*made);
  }

  const Device* device = nullptr;
  std::unique_ptr<Context> context;
};

}  // namespace clze::l0::test
