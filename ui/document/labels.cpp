#include "ui/document/labels.h"

#include "inference/graph/subgraph_type.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <cstdint>
#include <variant>

namespace athanor {

namespace {

struct Labels {
    Q_DECLARE_TR_FUNCTIONS(Labels)
};

QString grouped(QString digits)
{
    const qsizetype first = digits.startsWith('-') ? 1 : 0;
    for (qsizetype at = digits.size() - 3; at > first; at -= 3)
        digits.insert(at, QChar(0x2009)); // a thin space
    return digits;
}

QString number(double value)
{
    const QString text = QString::number(value, 'g', 6);
    return text.contains('.') || text.contains('e') ? text : text + ".0";
}

qsizetype occurrences(std::string_view text, std::string_view words)
{
    qsizetype count = 0;
    for (size_t at = text.find(words); at != text.npos; at = text.find(words, at + words.size()))
        ++count;
    return count;
}

struct ValueText {
    const Param& param;

    QString operator()(bool value) const { return value ? Labels::tr("on") : Labels::tr("off"); }
    QString operator()(int64_t value) const
    {
        return rowOf(param.kind).type == PortType::Float ? number(double(value)) : grouped(QString::number(value));
    }
    QString operator()(uint64_t value) const { return grouped(QString::number(value)); }
    QString operator()(double value) const { return number(value); }
    QString operator()(const std::string& value) const
    {
        if (param.kind == ParamKind::Drawing) // a word for each stroke, after four
            return strokesText(std::max<qsizetype>(0, std::ranges::count(value, ' ') - 3));
        if (param.kind == ParamKind::Pose)
            return peopleText(occurrences(value, "pose_keypoints_2d"));
        const QString text = toText(value);
        return rowOf(param.kind).file ? QFileInfo(text).fileName() : text.simplified();
    }
};

}

QString strokesText(qsizetype count)
{
    return count == 1 ? Labels::tr("1 stroke") : Labels::tr("%1 strokes").arg(count);
}

QString peopleText(qsizetype count)
{
    return count == 1 ? Labels::tr("1 person") : Labels::tr("%1 people").arg(count);
}

QString toText(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

QString nodeText(std::string_view english)
{
    return english.empty() ? QString() : QCoreApplication::translate("nodes", std::string(english).c_str());
}

std::string englishLabel(std::string_view name)
{
    static constexpr std::pair<std::string_view, std::string_view> special[] = {
        {"vae", "VAE"}, {"controlnet", "ControlNet"}, {"cfg", "Guidance"}};
    for (const auto& [key, text] : special)
        if (key == name)
            return std::string(text);
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = char(text[0] - 'a' + 'A');
    return text;
}

QString label(std::string_view name)
{
    return nodeText(englishLabel(name));
}

QString typeLabel(PortType type)
{
    return nodeText(name(type));
}

QString titleOf(const Node& node)
{
    if (!node.title.empty())
        return toText(node.title);
    if (isSubgraph(node))
        return Labels::tr("Subgraph");
    const NodeType* type = findNodeType(node.type);
    return type ? nodeText(type->title) : Labels::tr("unknown: %1").arg(toText(node.type));
}

QString valueText(const Param& param, const ParamValue& value)
{
    return std::visit(ValueText{param}, value);
}

}
