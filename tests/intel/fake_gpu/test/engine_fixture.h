// Engines of one fake device for a test, with what they reported.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <vector>

#include "tests/intel/fake_gpu/test/batch.h"

namespace fake_gpu {

class EngineTest : public testing::Test {
 protected:
  static constexpr std::chrono::seconds patience{20};  // no test waits so long unless it fails

  void make(Generation generation, std::chrono::milliseconds hangLimit = std::chrono::seconds(10)) {
    EngineSettings settings;
    settings.profile = {"TEST", generation, 19200000};
    settings.hangLimit = hangLimit;
    settings.onViolation = [this](const Violation& violation) {
      std::lock_guard lock(mutex);
      violations.push_back(violation);
    };
    settings.onHang = [this](const Hang& hang) {
      std::lock_guard lock(mutex);
      hangs.push_back(hang.text);
    };
    engines = std::make_unique<Engines>(std::move(settings));
  }

  void SetUp() override { make(Generation::Gen12); }
  // Threads may report until they are gone.
  void TearDown() override { engines.reset(); }

  std::shared_ptr<AddressSpace> space(std::initializer_list<const Memory*> memories) {
    auto made = std::make_shared<AddressSpace>();
    for (const Memory* memory : memories) made->bind(memory->binding());
    return made;
  }

  std::shared_ptr<Fence> start(const Batch& batch, const std::shared_ptr<AddressSpace>& bound,
                               EngineClass engine = EngineClass::Render,
                               const std::shared_ptr<Context>& owner = nullptr,
                               std::vector<std::shared_ptr<Fence>> waits = {}) {
    Job job;
    job.engine = engine;
    job.context = owner ? owner : context;
    job.space = bound;
    job.batch = batch.address;
    job.waits = std::move(waits);
    job.done = std::make_shared<Fence>();
    job.onDone = [this](Outcome outcome) {
      std::lock_guard lock(mutex);
      outcomes.push_back(outcome);
    };
    auto done = job.done;
    engines->submit(std::move(job));
    return done;
  }

  // Runs to the end and gives the outcome.
  Outcome run(const Batch& batch, const std::shared_ptr<AddressSpace>& bound,
              EngineClass engine = EngineClass::Render) {
    EXPECT_TRUE(start(batch, bound, engine)->wait(patience));
    std::lock_guard lock(mutex);
    return outcomes.back();
  }

  std::string violationText() {
    std::lock_guard lock(mutex);
    std::string text;
    for (const Violation& violation : violations) text += violation.what + " | " + violation.where + "\n";
    return text;
  }

  std::mutex mutex;
  std::vector<Violation> violations;
  std::vector<std::string> hangs;
  std::vector<Outcome> outcomes;
  std::shared_ptr<Context> context = std::make_shared<Context>(1);
  std::unique_ptr<Engines> engines;
};

}  // namespace fake_gpu
