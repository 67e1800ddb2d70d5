// The stages of a compilation in order, and jobs as bytes.
#include "softgpu/ze/engine/job.h"

#include <utility>

#include "softgpu/ze/engine/archive.h"
#include "softgpu/ze/engine/spirv_check.h"
#include "softgpu/ze/engine/unit.h"

namespace softgpu::engine {
namespace {

template <typename Archive>
bool transferVariables(Archive& archive, std::vector<Variable>& variables) {
  bool done = archive.count(variables);
  for (size_t i = 0; done && i < variables.size(); ++i) {
    done = archive.array(variables[i].symbol) && archive.raw(variables[i].address) &&
           archive.raw(variables[i].size);
  }
  return done;
}

template <typename Archive>
bool transferPlace(Archive& archive, Place& place) {
  bool done = transferInputs(archive, place.inputs) && archive.count(place.imports);
  for (size_t i = 0; done && i < place.imports.size(); ++i) {
    done = archive.array(place.imports[i].first) && archive.raw(place.imports[i].second);
  }
  return done && transferVariables(archive, place.variables) && archive.flag(place.fresh);
}

template <typename Archive>
bool transferJob(Archive& archive, Job& job) {
  bool done = archive.raw(job.kind) && archive.raw(job.options.level) && archive.count(job.places);
  for (size_t i = 0; done && i < job.places.size(); ++i) {
    done = transferPlace(archive, job.places[i]);
  }
  return done && archive.array(job.function);
}

template <typename Archive>
bool transferOutcome(Archive& archive, bool& done, Product& product, std::string& log) {
  return archive.flag(done) && archive.array(log) && transferInputs(archive, product.inputs) &&
         transferManifest(archive, product.manifest) && archive.array(product.object) &&
         transferVariables(archive, product.variables);
}

bool compileProgram(Job job, Product& product, std::string& log) {
  product.inputs = std::move(job.places.front().inputs);
  for (Input& input : product.inputs) {
    if (!checkSpirv(input.spirv, log)) {
      return false;
    }
  }
  Ir ir;
  if (!translateInputs(product.inputs, ir, product.manifest, log)) {
    return false;
  }
  exposeVariables(ir, product.manifest);
  return lower(ir, product.manifest, log) &&
         (!product.manifest.linkage.imports.empty() ||
          emitObject(ir, job.options, product.manifest, product.object, log));
}

}  // namespace

bool compileHere(Job job, Product& product, std::string& log) {
  return job.kind == JobKind::Program ? compileProgram(std::move(job), product, log)
                                      : compileLinked(job, product, log);
}

std::vector<std::byte> writeJob(const Job& job) {
  Writer writer;
  Job copy = job;
  transferJob(writer, copy);
  return std::move(writer.out);
}

bool readJob(std::span<const std::byte> bytes, Job& job) {
  Reader reader(bytes);
  return transferJob(reader, job) && reader.done() && !job.places.empty();
}

std::vector<std::byte> writeOutcome(bool done, const Product& product, const std::string& log) {
  Writer writer;
  Product copy = product;
  std::string text = log;
  transferOutcome(writer, done, copy, text);
  return std::move(writer.out);
}

bool readOutcome(std::span<const std::byte> bytes, bool& done, Product& product, std::string& log) {
  Reader reader(bytes);
  return transferOutcome(reader, done, product, log) && reader.done();
}

}  // namespace softgpu::engine
