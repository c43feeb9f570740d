#include "compiler/import/onnx/Steps.h"

#include "llvm/ADT/STLExtras.h"
#include <functional>
#include <google/protobuf/unknown_field_set.h>

using namespace mlir;
using namespace ONNX_NAMESPACE;

namespace snnc::onnx_import {

namespace {

/// Functions may not call themselves; a file that says so is stopped here.
constexpr int64_t kDeepest = 100, kMax = 1'000'000;

// Fields that the ONNX library may be too old to know.
constexpr int kOverloadOfNode = 8, kOverloadOfFunction = 13, kDefaultsOfFunction = 11;

template <typename Message>
std::string getOverload(const Message &message, int field) {
  if constexpr (requires { message.overload(); }) {
    return message.overload();
  } else {
    const google::protobuf::UnknownFieldSet &unknown =
        message.GetReflection()->GetUnknownFields(message);
    for (int i = 0; i < unknown.field_count(); ++i)
      if (unknown.field(i).number() == field &&
          unknown.field(i).type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
        return unknown.field(i).length_delimited();
    return "";
  }
}

/// Attributes that have a value where the call gives none.
template <typename Message>
std::vector<AttributeProto> getDefaults(const Message &function) {
  std::vector<AttributeProto> defaults;
  if constexpr (requires { function.attribute_proto(); }) {
    defaults.assign(function.attribute_proto().begin(), function.attribute_proto().end());
  } else {
    const google::protobuf::UnknownFieldSet &unknown =
        function.GetReflection()->GetUnknownFields(function);
    for (int i = 0; i < unknown.field_count(); ++i)
      if (AttributeProto attribute;
          unknown.field(i).number() == kDefaultsOfFunction &&
          unknown.field(i).type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED &&
          attribute.ParseFromString(unknown.field(i).length_delimited()))
        defaults.push_back(std::move(attribute));
  }
  return defaults;
}

std::string unalias(const std::string &domain) { return domain == "ai.onnx" ? "" : domain; }

/// What a function is found by.
std::string getKey(const std::string &domain, const std::string &name,
                   const std::string &overload) {
  return unalias(domain) + "\n" + name + "\n" + overload;
}

/// Rewrites the names of values, and attributes that refer to those of a call, down into subgraphs.
struct Binding {
  std::function<std::string(const std::string &)> rename;
  const llvm::StringMap<const AttributeProto *> *attributes = nullptr;

  void apply(NodeProto &node) const {
    for (std::string &name : *node.mutable_input())
      name = rename(name);
    for (std::string &name : *node.mutable_output())
      name = rename(name);
    google::protobuf::RepeatedPtrField<AttributeProto> bound;
    for (AttributeProto &attribute : *node.mutable_attribute())
      if (bind(attribute))
        bound.Add()->Swap(&attribute);
    node.mutable_attribute()->Swap(&bound);
  }

  void apply(GraphProto &graph) const {
    for (TensorProto &tensor : *graph.mutable_initializer())
      tensor.set_name(rename(tensor.name()));
    for (auto *infos : {graph.mutable_input(), graph.mutable_output()})
      for (ValueInfoProto &info : *infos)
        info.set_name(rename(info.name()));
    for (NodeProto &node : *graph.mutable_node())
      apply(node);
  }

private:
  /// False for one that refers to an attribute that the call does not have.
  bool bind(AttributeProto &attribute) const {
    if (attributes && !attribute.ref_attr_name().empty()) {
      const AttributeProto *given = attributes->lookup(attribute.ref_attr_name());
      if (!given)
        return false;
      std::string name = attribute.name();
      attribute = *given;
      attribute.set_name(name);
      return true;
    }
    if (attribute.has_g())
      apply(*attribute.mutable_g());
    for (GraphProto &graph : *attribute.mutable_graphs())
      apply(graph);
    return true;
  }
};

/// All names that a node reads, those of its subgraphs included.
void collectReads(const NodeProto &node, llvm::StringSet<> &names) {
  auto add = [&](const GraphProto &graph) {
    for (const NodeProto &inner : graph.node())
      collectReads(inner, names);
    for (const ValueInfoProto &output : graph.output())
      names.insert(output.name());
  };
  for (const std::string &input : node.input())
    names.insert(input);
  for (const AttributeProto &attribute : node.attribute()) {
    if (attribute.has_g())
      add(attribute.g());
    llvm::for_each(attribute.graphs(), add);
  }
}

} // namespace

std::string getDomain(const NodeProto &node) { return unalias(node.domain()); }

std::string spellOperator(const NodeProto &node) {
  std::string domain = getDomain(node);
  return domain.empty() ? node.op_type() : domain + "::" + node.op_type();
}

std::string getName(const NodeProto &node) {
  return !node.name().empty()     ? node.name()
         : node.output_size() > 0 ? node.output(0)
                                  : node.op_type();
}

std::shared_ptr<const Opsets>
readOpsets(const google::protobuf::RepeatedPtrField<OperatorSetIdProto> &imports) {
  auto opsets = std::make_shared<Opsets>();
  for (const OperatorSetIdProto &set : imports)
    opsets->versions[unalias(set.domain())] = set.version();
  return opsets;
}

StepMaker::StepMaker(const ModelProto &model) {
  for (const FunctionProto &function : model.functions())
    functions[getKey(function.domain(), function.name(),
                     getOverload(function, kOverloadOfFunction))] = &function;
}

data::Status StepMaker::append(Steps &steps, NodeProto &node, std::shared_ptr<const Opsets> opsets,
                               std::string name) {
  auto function =
      functions.find(getKey(node.domain(), node.op_type(), getOverload(node, kOverloadOfNode)));
  if (function != functions.end()) {
    if (depth == kDeepest)
      return data::Error{"functions call each other more than " + std::to_string(kDeepest) +
                         " deep"};
    ++depth;
    data::Status inlined = inlineCall(steps, node, *function->second, name);
    --depth;
    return inlined;
  }
  if (++made > kMax)
    return data::Error{"functions become more than " + std::to_string(kMax) + " nodes"};
  if (expandQuantized(node, name, opsets, steps))
    return data::success();
  Step &step = steps.emplace_back();
  step.op = spellOperator(node);
  step.node.Swap(&node);
  step.opsets = std::move(opsets);
  step.name = std::move(name);
  return data::success();
}

data::Status StepMaker::inlineCall(Steps &steps, const NodeProto &call,
                                   const FunctionProto &function, const std::string &name) {
  llvm::StringMap<std::string> names;
  for (auto [i, formal] : llvm::enumerate(function.input()))
    names[formal] = static_cast<int>(i) < call.input_size() ? call.input(static_cast<int>(i)) : "";
  for (int i = 0; i < std::min(function.output_size(), call.output_size()); ++i)
    if (!call.output(i).empty())
      names.try_emplace(function.output(i), call.output(i));
  std::vector<AttributeProto> defaults = getDefaults(function);
  llvm::StringMap<const AttributeProto *> attributes;
  for (const AttributeProto &attribute : defaults)
    attributes[attribute.name()] = &attribute;
  for (const AttributeProto &attribute : call.attribute())
    attributes[attribute.name()] = &attribute;
  Binding binding{[&](const std::string &local) {
                    if (local.empty())
                      return local;
                    return names.try_emplace(local, name + "/" + local).first->second;
                  },
                  &attributes};
  std::shared_ptr<const Opsets> opsets = readOpsets(function.opset_import());
  for (NodeProto node : function.node()) {
    std::string inner = name + "/" + getName(node);
    binding.apply(node);
    if (data::Status done = append(steps, node, opsets, inner); !done)
      return done;
  }
  // An output that is an input as it stands.
  for (int i = 0; i < std::min(function.output_size(), call.output_size()); ++i) {
    std::string actual = names.lookup(function.output(i));
    if (call.output(i).empty() || actual == call.output(i))
      continue;
    NodeProto same;
    same.set_op_type("Identity");
    same.add_input(actual);
    same.add_output(call.output(i));
    if (data::Status done = append(steps, same, opsets, name + "/" + function.output(i)); !done)
      return done;
  }
  return data::success();
}

data::Status StepMaker::appendBranch(Steps &steps, GraphProto &graph,
                                     std::shared_ptr<const Opsets> opsets,
                                     const std::string &name) {
  llvm::StringSet<> defined;
  for (const TensorProto &tensor : graph.initializer())
    defined.insert(tensor.name());
  for (const NodeProto &node : graph.node())
    for (const std::string &output : node.output())
      defined.insert(output);
  Binding binding{[&](const std::string &value) {
                    return value.empty() || !defined.contains(value) ? value : name + "/" + value;
                  },
                  nullptr};
  std::vector<std::string> inner;
  for (const NodeProto &node : graph.node())
    inner.push_back(name + "/" + getName(node));
  binding.apply(graph);
  for (auto [i, node] : llvm::enumerate(*graph.mutable_node()))
    if (data::Status done = append(steps, node, opsets, inner[i]); !done)
      return done;
  return data::success();
}

void markUnread(Steps &steps, llvm::StringSet<> &needed) {
  for (Step &step : llvm::reverse(steps)) {
    const auto &outputs = step.node.output();
    step.isRead = outputs.empty() || llvm::any_of(outputs, [&](const std::string &output) {
                    return needed.contains(output);
                  });
    if (step.isRead)
      collectReads(step.node, needed);
  }
}

} // namespace snnc::onnx_import
