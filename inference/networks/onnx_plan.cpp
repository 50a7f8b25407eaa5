#include "inference/networks/onnx_plan.h"

#include "inference/networks/onnx_check.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace athanor {

namespace {

using KnownArrays = std::map<std::string, OnnxArray, std::less<>>;

KnownArrays knownAtFirst(const OnnxFile& file, const OnnxShape& picture)
{
    KnownArrays known;
    for (const auto& [name, tensor] : file.weights)
        known[name] = {tensor->shape, -1,
            std::make_shared<const OnnxConstant>(OnnxConstant{tensor, {}, tensor->numbers() == OnnxNumbers::Integers})};
    known[file.inputs[0].name] = {picture, 0, nullptr};
    return known;
}

// The sides of what it takes, as the file may ask for them.
OnnxArray shapeOf(const OnnxCheck& check)
{
    if (!check.has(0))
        check.refuse("input 0 is missing");
    const OnnxShape& shape = check.inputs[0].shape;
    const auto rank = int64_t(shape.size());
    const auto inside = [&](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank); };
    const int64_t start = inside(check.saidInteger("start", 0)), end = inside(check.saidInteger("end", rank));
    std::vector<double> sides;
    for (int64_t i = start; i < end; ++i)
        sides.push_back(double(shape[size_t(i)]));
    const auto count = int64_t(sides.size());
    return constantOf({count}, std::move(sides), true);
}

std::vector<OnnxArray> given(const OnnxCheck& check)
{
    if (!check.node.domain.empty() && check.node.domain != "ai.onnx")
        check.refuse("steps that are not ONNX's own are not supported");
    if (check.node.op == "Shape")
        return {shapeOf(check)};
    if (check.node.op == "Size" && check.has(0))
        return {constantOf({}, {double(countOf(check.inputs[0].shape))}, true)};
    const bool ofPicture = std::ranges::any_of(check.inputs, [](const OnnxArray& array) { return array.id >= 0; });
    return ofPicture ? planned(check) : folded(check);
}

void planNode(const OnnxNode& node, KnownArrays& known, OnnxPlan& plan)
{
    std::vector<OnnxArray> inputs;
    for (const std::string& name : node.inputs)
        inputs.push_back(name.empty() ? OnnxArray() : known.at(name));
    const std::vector<OnnxArray> arrays = given(OnnxCheck(node, std::move(inputs), plan));
    for (size_t i = 0; i < node.outputs.size(); ++i)
        if (i < arrays.size())
            known[node.outputs[i]] = arrays[i];
        else if (!node.outputs[i].empty())
            throw OnnxRefusal{"a second output of it is not supported"};
}

// Steps that no output needs are left out.
void keepNeeded(OnnxPlan& plan)
{
    std::vector<bool> needed(plan.shapes.size());
    for (const int id : plan.outputs)
        needed[size_t(id)] = true;
    for (size_t i = plan.steps.size(); i-- > 0;)
        if (needed[size_t(plan.steps[i].output)])
            for (const OnnxArray& input : plan.steps[i].inputs)
                if (input.id >= 0)
                    needed[size_t(input.id)] = true;
    std::erase_if(plan.steps, [&](const OnnxStep& step) { return !needed[size_t(step.output)]; });
}

}

OnnxPlan planOnnx(const OnnxFile& file, const OnnxShape& picture, const std::string& path)
{
    OnnxPlan plan{file.opset, file.isPytorch, {}, {picture}, {}, 0, 0};
    std::string place;
    try {
        if (file.inputs.size() != 1)
            throw OnnxRefusal{": this network does not take one picture"};
        KnownArrays known = knownAtFirst(file, picture);
        for (size_t i = 0; i < file.nodes.size(); ++i) {
            place = ": step " + std::to_string(i + 1) + " (" + printable(file.nodes[i].op, 40) + "): ";
            planNode(file.nodes[i], known, plan);
        }
        place = ": ";
        for (const OnnxPort& port : file.outputs) {
            const OnnxArray& array = known.at(port.name);
            if (array.id <= 0)
                throw OnnxRefusal{"an output of this network does not depend on the picture, or is the picture"};
            plan.outputs.push_back(array.id);
        }
    } catch (const OnnxRefusal& refusal) {
        throw Error(ErrorKind::BadFile, printable(path) + place + refusal.what);
    }
    keepNeeded(plan);
    return plan;
}

}
