#include "inference/weights/model_yaml.h"

#include "inference/weights/byte_source.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <system_error>
#include <vector>

namespace athanor {

namespace {

constexpr size_t maxYamlDepth = 32, maxYamlKey = 64; // bytes; what is longer is none of the keys

enum class YamlUse : uint8_t {
    Parameterization,
    BetaSchedule,
    SchedulerNumber,
    VaeNumber,
    UNetNumber,
    UNetNumberOrNone,
    Only
};

struct YamlKey {
    std::string_view path;
    YamlUse use;
    std::string_view key; // in diffusers' words; of Only: the supported value
};

constexpr YamlKey yamlKeys[] = {
    {"model.params.parameterization", YamlUse::Parameterization, "prediction_type"},
    {"model.params.beta_schedule", YamlUse::BetaSchedule, "beta_schedule"},
    {"model.params.linear_start", YamlUse::SchedulerNumber, "beta_start"},
    {"model.params.linear_end", YamlUse::SchedulerNumber, "beta_end"},
    {"model.params.timesteps", YamlUse::SchedulerNumber, "num_train_timesteps"},
    {"model.params.scale_factor", YamlUse::VaeNumber, "scaling_factor"},
    {"model.params.unet_config.params.num_heads", YamlUse::UNetNumber, "num_attention_heads"},
    {"model.params.unet_config.params.num_head_channels", YamlUse::UNetNumberOrNone, "num_head_channels"}, // or -1
    {"model.params.unet_config.params.use_scale_shift_norm", YamlUse::Only, "false"},
    {"model.params.unet_config.params.resblock_updown", YamlUse::Only, "false"},
    {"model.params.unet_config.params.num_classes", YamlUse::Only, "null"},
};

struct YamlWord {
    std::string_view said, means;
};

constexpr YamlWord parameterizations[] = {{"eps", "epsilon"}, {"v", "v_prediction"}, {"x0", "sample"}};
// Latent Diffusion's "linear" is linear in the root.
constexpr YamlWord betaSchedules[] = {
    {"linear", "scaled_linear"}, {"sqrt_linear", "linear"}, {"cosine", "squaredcos_cap_v2"}};

[[noreturn]] void refuseYaml(const std::string& name, std::string_view path, const std::string& sentence)
{
    throw Error(ErrorKind::BadFile, printable(name) + ": " + printable(path, 80) + " " + sentence);
}

// Whether the path is one of the keys or leads to one.
bool concerns(std::string_view path)
{
    return std::ranges::any_of(yamlKeys, [&](const YamlKey& row) {
        return row.path.starts_with(path) && (row.path.size() == path.size() || row.path[path.size()] == '.');
    });
}

std::string_view trimmedLine(std::string_view text)
{
    const size_t first = text.find_first_not_of(" \t\r");
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

bool isQuoted(std::string_view text)
{
    return text.size() >= 2 && (text.front() == '"' || text.front() == '\'');
}

// Up to a comment: a # at the start or behind a space, outside quotes.
std::string_view withoutComment(std::string_view text)
{
    size_t from = 0;
    if (isQuoted(trimmedLine(text))) {
        const size_t open = text.find_first_of("\"'");
        from = std::min(text.find(text[open], open + 1), text.size());
    }
    for (size_t i = from; i < text.size(); ++i)
        if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t'))
            return text.substr(0, i);
    return text;
}

std::string_view bareText(std::string_view text)
{
    return isQuoted(text) && text.back() == text.front() ? text.substr(1, text.size() - 2) : text;
}

class YamlReader {
public:
    explicit YamlReader(const std::string& name)
        : m_name(name)
    {
    }

    std::map<std::string, std::string> values;

    // False at the end of the document.
    bool line(std::string_view text)
    {
        const size_t indent = std::min(text.find_first_not_of(' '), text.size());
        const std::string_view content = trimmedLine(text);
        if (content.empty() || content.front() == '#')
            return true;
        if (m_block && indent > *m_block)
            return true; // inside a text over lines
        m_block.reset();
        if (text[indent] == '\t')
            refuseYaml(m_name, pathText(), "is followed by a line that begins with a tab, which YAML does not allow");
        if (indent == 0 && (content.starts_with("---") || content.starts_with("...")))
            return m_levels.empty() && values.empty();
        while (!m_levels.empty() && m_levels.back().indent >= indent)
            m_levels.pop_back();
        if (content == "-" || content.starts_with("- "))
            push(indent, "[]"); // its keys are of no interest, but must not be taken for its neighbours'
        else
            entry(content, indent);
        return true;
    }

private:
    struct Level {
        size_t indent;
        std::string path;
    };

    std::string pathText() const { return m_levels.empty() ? "the file" : m_levels.back().path; }

    void push(size_t indent, std::string_view key)
    {
        if (m_levels.size() == maxYamlDepth)
            refuseYaml(m_name, pathText(), "is nested deeper than " + std::to_string(maxYamlDepth) + " levels");
        m_levels.push_back(
            {indent, (m_levels.empty() ? "" : m_levels.back().path + ".") + std::string(key.substr(0, maxYamlKey))});
    }

    void entry(std::string_view content, size_t indent)
    {
        size_t colon = content.find(':', isQuoted(content) ? content.find(content.front(), 1) : 0);
        while (colon < content.size() && colon + 1 < content.size() && content[colon + 1] != ' '
            && content[colon + 1] != '\t')
            colon = content.find(':', colon + 1);
        if (colon >= content.size())
            return; // no key
        push(indent, bareText(trimmedLine(content.substr(0, colon))));
        const std::string& path = m_levels.back().path;
        const std::string_view value = trimmedLine(withoutComment(content.substr(colon + 1)));
        if (value.starts_with('|') || value.starts_with('>'))
            m_block = indent;
        if (!concerns(path))
            return;
        if (!m_seen.emplace(path).second)
            refuseYaml(m_name, path, "is there twice");
        if (value.empty())
            return;
        if (std::string_view("{[&*!|>%@`").find(value.front()) != std::string_view::npos)
            refuseYaml(m_name, path,
                "is \"" + printable(value, 40) + "\", written in a way that is not read here; write each key and its "
                    + "value on a line of their own, or remove the file");
        values.emplace(path, bareText(value));
    }

    const std::string& m_name;
    std::vector<Level> m_levels;
    std::set<std::string> m_seen;
    std::optional<size_t> m_block; // the indent of a key whose text goes over lines
};

double numberOf(const std::string& name, std::string_view path, std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        refuseYaml(name, path, "is \"" + printable(text, 40) + "\", expected a number");
    return value;
}

std::string_view wordOf(
    const std::string& name, std::string_view path, std::string_view text, std::span<const YamlWord> words)
{
    std::string all;
    for (const YamlWord& word : words) {
        if (word.said == text)
            return word.means;
        all.append(all.empty() ? "" : ", ").append(word.said);
    }
    refuseYaml(name, path, "is \"" + printable(text, 40) + "\", supported is " + all);
}

bool isSame(std::string_view text, std::string_view supported)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return lower == supported || (supported == "null" && (lower == "~" || lower == "none"));
}

void apply(ModelFiles& model, const YamlKey& row, const std::string& value, const std::string& name)
{
    const std::string key(row.key);
    const auto number = [&](nlohmann::json& config) {
        const double given = numberOf(name, row.path, value);
        const bool whole = given >= 0 && given < 1e9 && given == double(int64_t(given));
        config[key] = whole ? nlohmann::json(int64_t(given)) : nlohmann::json(given);
    };
    switch (row.use) {
    case YamlUse::Parameterization:
        model.schedulerConfig[key] = std::string(wordOf(name, row.path, value, parameterizations));
        break;
    case YamlUse::BetaSchedule:
        model.schedulerConfig[key] = std::string(wordOf(name, row.path, value, betaSchedules));
        break;
    case YamlUse::SchedulerNumber:
        number(model.schedulerConfig);
        break;
    case YamlUse::VaeNumber:
        number(model.vae.config);
        model.vae.configPath = name;
        break;
    case YamlUse::UNetNumberOrNone:
        if (isSame(value, "-1"))
            break;
        [[fallthrough]];
    case YamlUse::UNetNumber:
        number(model.unet.config);
        model.unet.configPath = name;
        break;
    case YamlUse::Only:
        if (!isSame(value, row.key))
            refuseYaml(name, row.path, "is \"" + printable(value, 40) + "\", supported is " + key);
        break;
    }
}

}

std::map<std::string, std::string> readYaml(std::string_view text, const std::string& name)
{
    if (text.find('\0') != text.npos)
        refuseYaml(name, "the file", "holds a zero byte, so that it is no YAML");
    if (text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    if (const std::string_view start = trimmedLine(text.substr(0, text.find('\n'))); start.starts_with('{'))
        refuseYaml(name, "the file",
            "is written in braces, which is not read here; write each key and its value on a "
            "line of their own, or remove the file");
    YamlReader reader(name);
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        if (!reader.line(text.substr(0, end)))
            break;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(reader.values);
}

void addYamlBeside(ModelFiles& model)
{
    const std::filesystem::path path = std::filesystem::path(model.path).replace_extension(".yaml");
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return;
    const ByteSource source(path.string());
    if (source.size() > maxYamlBytes)
        source.refuse("has " + std::to_string(source.size()) + " bytes, the limit for a model's .yaml is "
            + std::to_string(maxYamlBytes));
    const auto bytes = source.read(0, source.size());
    const std::string name = path.string();
    const auto values = readYaml({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name);
    for (const YamlKey& row : yamlKeys)
        if (const auto value = values.find(std::string(row.path)); value != values.end())
            apply(model, row, value->second, name);
    model.schedulerPath = name;
}

}
