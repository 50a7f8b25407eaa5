#include "ui/document/node_texts.h"

#include "inference/formats/run_texts.h"
#include "ui/document/labels.h"

namespace athanor {

std::set<std::string> nodeTexts()
{
    std::set<std::string> texts;
    const auto addPort = [&](const auto& port) {
        texts.insert(englishLabel(port.name));
        texts.insert(std::string(port.text));
    };
    for (const NodeType& type : nodeTypes()) {
        for (const std::string_view text : {type.title, type.category, type.text})
            texts.insert(std::string(text));
        for (const InputPort& port : type.inputs)
            addPort(port);
        for (const OutputPort& port : type.outputs)
            addPort(port);
        for (const Param& param : type.params)
            addPort(param);
    }
    for (int type = 0; type <= int(PortType::Seed); ++type)
        texts.insert(std::string(name(PortType(type))));
    for (const std::string_view text : runTexts())
        texts.insert(std::string(text));
    texts.erase("");
    return texts;
}

}
