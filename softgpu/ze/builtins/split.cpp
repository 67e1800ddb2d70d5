// Build tool: cuts the linked builtin library into parts by the functions' names, and writes a table of which
// part has which function. A module is then made with a few small parts: reading the declarations of the
// whole library takes longer than compiling a small kernel.
// Usage: softgpu_split_builtins <bitcode> <file of the parts> <C++ file of the table>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using llvm::Function;
using llvm::GlobalValue;

// A part has whole families, so that what one kernel uses lies close together.
constexpr size_t kFunctionsOfAPart = 48;

// The name before the types of the arguments; the whole name if it is not mangled.
std::string familyOf(llvm::StringRef name) {
  llvm::StringRef rest = name;
  unsigned length = 0;
  if (!rest.consume_front("_Z") || rest.consumeInteger(10, length) || length > rest.size()) {
    return name.str();
  }
  return rest.take_front(length).str();
}

void addUses(const llvm::Value& value, std::vector<const GlobalValue*>& found) {
  if (const auto* global = llvm::dyn_cast<GlobalValue>(&value)) {
    found.push_back(global);
  } else if (const auto* constant = llvm::dyn_cast<llvm::Constant>(&value)) {
    for (const llvm::Use& operand : constant->operands()) {
      addUses(*operand, found);
    }
  }
}

// `chosen` and the local functions and variables that it needs; others of the library stay declarations.
std::set<const GlobalValue*> withLocals(const std::vector<const Function*>& chosen) {
  std::set<const GlobalValue*> all;
  std::vector<const GlobalValue*> open(chosen.begin(), chosen.end());
  while (!open.empty()) {
    const GlobalValue* global = open.back();
    open.pop_back();
    if (!all.insert(global).second) {
      continue;
    }
    std::vector<const GlobalValue*> used;
    if (const auto* function = llvm::dyn_cast<Function>(global)) {
      for (const llvm::BasicBlock& block : *function) {
        for (const llvm::Instruction& instruction : block) {
          for (const llvm::Use& operand : instruction.operands()) {
            addUses(*operand, used);
          }
        }
      }
    } else if (const auto* variable = llvm::dyn_cast<llvm::GlobalVariable>(global);
               variable && variable->hasInitializer()) {
      addUses(*variable->getInitializer(), used);
    }
    for (const GlobalValue* other : used) {
      if (other->hasLocalLinkage()) {
        open.push_back(other);
      }
    }
  }
  return all;
}

std::string makePart(const llvm::Module& library, const std::vector<const Function*>& functions) {
  const std::set<const GlobalValue*> members = withLocals(functions);
  llvm::ValueToValueMapTy map;
  auto part =
      llvm::CloneModule(library, map, [&](const GlobalValue* global) { return members.contains(global); });
  for (Function& function : llvm::make_early_inc_range(*part)) {
    if (function.isDeclaration() && function.use_empty()) {
      function.eraseFromParent();
    }
  }
  for (llvm::GlobalVariable& variable : llvm::make_early_inc_range(part->globals())) {
    if (variable.isDeclaration() && variable.use_empty()) {
      variable.eraseFromParent();
    }
  }
  std::string bitcode;
  llvm::raw_string_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(*part, stream);
  stream.flush();
  return bitcode;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: softgpu_split_builtins BITCODE PARTS TABLE\n";
    return 2;
  }
  llvm::LLVMContext context;
  context.setOpaquePointers(false);
  auto buffer = llvm::MemoryBuffer::getFile(argv[1]);
  if (!buffer) {
    std::cerr << argv[1] << ": " << buffer.getError().message() << "\n";
    return 1;
  }
  auto library = llvm::parseBitcodeFile(**buffer, context);
  if (!library) {
    std::cerr << argv[1] << ": " << llvm::toString(library.takeError()) << "\n";
    return 1;
  }
  std::map<std::string, std::vector<const Function*>> families;
  for (const Function& function : **library) {
    if (!function.isDeclaration() && !function.hasLocalLinkage()) {
      families[familyOf(function.getName())].push_back(&function);
    }
  }
  std::ofstream parts(argv[2], std::ios::binary);
  std::ofstream table(argv[3]);
  std::map<std::string, size_t> names;
  table << "#include \"softgpu/ze/builtins/builtins.h\"\n\nextern \"C\" {\n"
        << "const SoftgpuBuiltinPart softgpu_builtins_parts[] = {\n";
  uint64_t offset = 0;
  size_t count = 0;
  std::vector<const Function*> functions;
  for (auto family = families.begin(); family != families.end();) {
    functions.insert(functions.end(), family->second.begin(), family->second.end());
    if (++family != families.end() && functions.size() < kFunctionsOfAPart) {
      continue;
    }
    const std::string bitcode = makePart(**library, functions);
    parts << bitcode;
    table << "    {" << offset << ", " << bitcode.size() << "},\n";
    offset += bitcode.size();
    for (const Function* function : functions) {
      names.emplace(function->getName().str(), count);
    }
    ++count;
    functions.clear();
  }
  table << "};\nconst SoftgpuBuiltinName softgpu_builtins_names[] = {\n";
  for (const auto& [name, part] : names) {
    table << "    {\"" << name << "\", " << part << "},\n";
  }
  table << "};\nconst size_t softgpu_builtins_name_count = " << names.size() << ";\n}\n";
  if (!parts.flush() || !table.flush()) {
    std::cerr << "softgpu_split_builtins: the parts could not be written\n";
    return 1;
  }
}
