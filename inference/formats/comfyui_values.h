// What the readers of ComfyUI's files share: the text as JSON, its loose ways of writing values, and the warnings.
#pragma once
#include "inference/formats/comfyui_classes.h"
#include "inference/graph/graph.h"
#include "inference/weights/json_value.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace athanor {

// ComfyUI's JSON, in which NaN, Infinity and -Infinity may stand bare and become such numbers. Throws BadFile
// "source: line 3, column 7: …".
Json parseComfyJson(std::string_view text, const std::string& source);

// The text as JSON proper, for who reads no values.
std::string withoutBareNumbers(std::string_view text);

double numberOf(const Json& value, double otherwise); // finite
std::optional<int64_t> wholeOf(const Json& value);
std::string idText(const Json& id); // 5 and "5" are one
std::optional<ParamValue> scalarOf(const Json& value); // nothing for null, NaN, lists and objects
Json jsonOf(const ParamValue& value);
Rect rectOf(const Json& position, const Json& size); // [x, y] or {"0": x, "1": y}; brought into range
std::string colourOf(const Json& colour); // "#rrggbb", empty if it is none
bool isControl(const Json& value); // what becomes of a seed after a run

// What is told to people once a file is read; many of a kind are counted instead of listed.
struct ComfyReport {
    std::string source;
    std::vector<std::string> warnings = {};
    size_t more = 0; // beyond the most that are listed
    size_t ports = 0; // of subgraphs' hosts so far
    std::map<std::string, int> unknown = {}; // classes and how many nodes

    void warn(std::string text);
    [[noreturn]] void refuse(const std::string& text) const; // Error(BadFile)
    std::vector<std::string> take(); // all as lines
};

// Hands out node ids: those of the file where they are whole numbers that are free, else others.
class ComfyIds {
public:
    // Every node of one graph in the order of the file.
    ComfyIds(const std::vector<Json>& ids, ComfyReport& report);
    const std::vector<NodeId>& ids() const { return m_ids; }
    NodeId find(const std::string& id) const; // by idText, the first of that id; 0: none
    int64_t nextId() const { return m_nextId; }

private:
    std::vector<NodeId> m_ids;
    std::map<std::string, NodeId> m_byText;
    int64_t m_nextId = 1;
};

}
