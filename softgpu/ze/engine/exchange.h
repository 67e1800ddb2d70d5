// What the runtime does between a stop and the resumption: reductions, scans, votes, ballots, shuffles.
#pragma once

#include <cstring>
#include <span>

#include "softgpu/ze/engine/abi.h"

namespace softgpu::engine {

inline bool isDone(const abi::Item& item) {
  void* resume = nullptr;
  std::memcpy(&resume, item.frame, sizeof(resume));
  return resume == nullptr;
}

// Runs the exchange that `leader`, one of `items`, stopped for. Work-group: all that have not ended take
// part. Sub-group: those that stopped where the leader did, in the same round of every loop around.
void runExchange(std::span<abi::Item> items, const abi::Item& leader);

// Whether `item` of a sub-group takes part in what `leader` stopped for.
inline bool joins(const abi::Item& item, const abi::Item& leader) {
  return !isDone(item) && item.stop == leader.stop &&
         std::memcmp(item.order, leader.order, sizeof(item.order)) == 0;
}

}  // namespace softgpu::engine
