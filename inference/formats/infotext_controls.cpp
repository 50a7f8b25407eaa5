#include "inference/formats/infotext_controls.h"

#include "inference/graph/node_type.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

namespace athanor {

namespace {

using Params = std::map<std::string, ParamValue>;

struct Preprocessor {
    std::string_view module, node;
    std::string_view thresholdA, thresholdB; // our parameters; empty: the module has none
    std::string_view param, choice; // one that is always set; empty: none
};

// Names of the extension's scripts/preprocessor.
constexpr Preprocessor preprocessors[] = {
    {"canny", "canny", "low", "high"},
    {"lineart_standard", "lineart_standard"},
    {"lineart_realistic", "lineart_realistic"},
    {"lineart_coarse", "lineart_coarse"},
    {"lineart_anime", "lineart_anime"},
    {"lineart_anime_denoise", "lineart_anime_denoise"},
    {"softedge_hed", "softedge_hed"},
    {"softedge_hedsafe", "softedge_hed", "", "", "safe", "true"},
    {"softedge_pidinet", "softedge_pidinet"},
    {"softedge_pidisafe", "softedge_pidinet", "", "", "safe", "true"},
    {"scribble_xdog", "scribble_xdog", "threshold"},
    {"mlsd", "mlsd", "score", "distance"},
    {"openpose", "pose"},
    {"openpose_hand", "pose"},
    {"openpose_face", "pose"},
    {"openpose_full", "pose"},
    {"dw_openpose_full", "pose"},
    {"depth", "depth"},
    {"depth_midas", "depth"},
    {"depth_anything", "depth"},
    {"depth_anything_v2", "depth"},
    {"normal_bae", "normal"},
    {"normal_midas", "normal"},
    {"threshold", "threshold", "threshold"},
    {"invert", "invert"},
    {"blur_gaussian", "blur", "sigma"},
    {"tile_resample", "tile", "down_rate"},
    {"shuffle", "shuffle"},
    {"t2ia_color_grid", "color_grid"},
    {"recolor_luminance", "recolor", "gamma", "", "by", "luminance"},
    {"recolor_intensity", "recolor", "gamma", "", "by", "intensity"},
};

constexpr std::pair<std::string_view, std::string_view> otherModules[] = {{"lineart", "lineart_realistic"},
    {"invert (from white bg & black line)", "invert"},
    {"lineart_standard (from white bg & black line)", "lineart_standard"}, {"hed", "softedge_hed"},
    {"pidinet", "softedge_pidinet"}, {"hed_safe", "softedge_hedsafe"}, {"pidinet_safe", "softedge_pidisafe"},
    {"color", "t2ia_color_grid"}};

constexpr std::pair<std::string_view, std::string_view> modes[] = {{"Balanced", "balanced"},
    {"My prompt is more important", "prompt"}, {"ControlNet is more important", "control"}, {"Guess mode", "guess"}};
constexpr std::pair<std::string_view, std::string_view> resizeModeNames[] = {
    {"Just Resize", "stretch"}, {"Crop and Resize", "crop"}, {"Resize and Fill", "fill"}};

// The extension's text before 1.1.4: "preprocessor: canny, model: x, starting/ending: (0, 1), preprocessor params:
// (512, 100, 200)".
constexpr std::pair<std::string_view, std::string_view> oldNames[] = {{"preprocessor", "Module"}, {"model", "Model"},
    {"weight", "Weight"}, {"resize mode", "Resize Mode"}, {"pixel perfect", "Pixel Perfect"},
    {"control mode", "Control Mode"}, {"low vram", "Low Vram"}};
constexpr std::string_view oldRange = "starting/ending", oldParams = "preprocessor params";

// What is read elsewhere, or says nothing of the picture.
constexpr std::string_view knownFields[] = {"Module", "Model", "Weight", "Resize Mode", "Pixel Perfect", "Control Mode",
    "Guidance Start", "Guidance End", "Processor Res", "Threshold A", "Threshold B", "Hr Option", "Low Vram",
    "Save Detected Map", "Use Preview As Input"};

// "(512, 100, 200)" as the values of these fields.
void addValues(Infotext& info, std::string_view text, std::initializer_list<const char*> names)
{
    text.remove_prefix(text.starts_with('(') ? 1 : 0);
    text.remove_suffix(text.ends_with(')') ? 1 : 0);
    for (const char* name : names) {
        const size_t end = std::min(text.find(','), text.size());
        info.fields.emplace_back(name, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    }
}

Infotext inNewWords(Infotext info)
{
    const std::string range(fieldValue(info, oldRange)), params(fieldValue(info, oldParams));
    std::erase_if(info.fields, [](const auto& field) { return field.first == oldRange || field.first == oldParams; });
    for (auto& [name, value] : info.fields)
        for (const auto& [old, current] : oldNames)
            if (name == old)
                name = current;
    if (!range.empty())
        addValues(info, range, {"Guidance Start", "Guidance End"});
    if (!params.empty())
        addValues(info, params, {"Processor Res", "Threshold A", "Threshold B"});
    return info;
}

template <class Rows> std::string_view meaningOf(const Rows& rows, std::string_view name)
{
    const auto at = std::ranges::find(rows, name, [](const auto& row) { return row.first; });
    return at == std::end(rows) ? std::string_view() : at->second;
}

// Reads one unit, whose fields are written like those of the whole text.
class ControlReader {
public:
    ControlReader(const std::string& field, const std::string& text)
        : m_fields(inNewWords(readInfotext('\n' + text)))
    {
        m_unit.field = field;
    }

    ControlUnit read()
    {
        m_unit.model = fieldValue(m_fields, "Model");
        if (const size_t hash = m_unit.model.rfind(" ["); hash != std::string::npos && m_unit.model.ends_with(']'))
            m_unit.model.resize(hash);
        readModule();
        for (const auto& [param, field] :
            {std::pair{"strength", "Weight"}, std::pair{"start", "Guidance Start"}, std::pair{"end", "Guidance End"}})
            setNumber("apply_controlnet", param, field, m_unit.applyParams);
        setChoice("mode", "Control Mode", modes);
        setChoice("resize_mode", "Resize Mode", resizeModeNames);
        if (const std::string_view pass = fieldValue(m_fields, "Hr Option"); !pass.empty() && pass != "Both")
            warn("Hr Option is " + printable(pass, 40) + "; here it counts in both passes");
        tellOfTheRest();
        return std::move(m_unit);
    }

private:
    void warn(const std::string& text) { m_unit.warnings.push_back(m_unit.field + ": " + text); }

    std::optional<double> number(std::string_view field)
    {
        const std::string_view text = fieldValue(m_fields, field);
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && end == text.data() + text.size() && std::isfinite(value))
            return value;
        if (!text.empty())
            warn(std::string(field) + " is " + printable(text, 40) + ", no number; the usual one is taken");
        return {};
    }

    // In the kind that the node's parameter has.
    void setNumber(std::string_view node, std::string_view param, std::string_view field, Params& params)
    {
        const NodeType* type = findNodeType(node);
        const Param* known = type && !param.empty() ? findParam(*type, param) : nullptr;
        const auto value = known ? number(field) : std::nullopt;
        if (value && rowOf(known->kind).type == PortType::Int)
            params[std::string(param)] = int64_t(std::clamp(*value, known->lowest, known->highest));
        else if (value)
            params[std::string(param)] = *value;
    }

    template <class Rows> void setChoice(const char* param, std::string_view field, const Rows& rows)
    {
        const std::string_view text = fieldValue(m_fields, field), ours = meaningOf(rows, text);
        if (!ours.empty())
            m_unit.applyParams[param] = std::string(ours);
        else if (!text.empty())
            warn(std::string(field) + " is " + printable(text, 40) + ", which is not known here");
    }

    void tellOfTheRest()
    {
        std::string rest;
        for (const auto& [name, value] : m_fields.fields)
            if (std::ranges::find(knownFields, name) == std::end(knownFields) && rest.size() < 200)
                rest += (rest.empty() ? "" : ", ") + printable(name, 40);
        if (!rest.empty())
            warn("not taken over: " + rest);
    }

    void readModule()
    {
        const std::string_view text = fieldValue(m_fields, "Module"), other = meaningOf(otherModules, text);
        if (text.empty() || text == "none" || text == "None")
            return;
        m_unit.module = text;
        const auto row = std::ranges::find(preprocessors, other.empty() ? text : other, &Preprocessor::module);
        if (row == std::end(preprocessors))
            return warn("the preprocessor " + printable(text, 60)
                + " is not known here; the picture goes to the ControlNet as it is");
        m_unit.preprocessor = row->node;
        Params& params = m_unit.preprocessorParams;
        if (!row->param.empty())
            params[std::string(row->param)] =
                row->choice == "true" ? ParamValue(true) : ParamValue(std::string(row->choice));
        setNumber(row->node, row->thresholdA, "Threshold A", params);
        setNumber(row->node, row->thresholdB, "Threshold B", params);
        if (fieldValue(m_fields, "Pixel Perfect") != "True" && fieldValue(m_fields, "Processor Res") != "-1")
            setNumber(row->node, "resolution", "Processor Res", params);
    }

    const Infotext m_fields;
    ControlUnit m_unit;
};

}

std::vector<ControlUnit> controlUnits(const Infotext& info)
{
    constexpr std::string_view front = "ControlNet ";
    std::vector<ControlUnit> units;
    for (const auto& [name, value] : info.fields)
        if (name.starts_with(front) && name.size() > front.size()
            && name.find_first_not_of("0123456789", front.size()) == name.npos)
            units.push_back(ControlReader(name, value).read());
    return units;
}

}
