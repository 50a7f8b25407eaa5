#include "ui/common/theme.h"

namespace athanor {

namespace {

struct CategoryColour {
    std::string_view category;
    PortType type; // whose colour it has
};

constexpr CategoryColour categories[] = {
    {"Load", PortType::Model},
    {"Prompt", PortType::Conditioning},
    {"Sampling", PortType::Latent},
    {"Latent", PortType::Vae},
    {"Image", PortType::Image},
    {"Mask", PortType::Mask},
    {"Preprocess", PortType::ControlMap},
    {"Control", PortType::ControlNet},
    {"Values", PortType::Float},
};

QColor onDark(PortType type)
{
    switch (type) {
    case PortType::Image:
        return "#5AA9E6";
    case PortType::Latent:
        return "#B58CF0";
    case PortType::Conditioning:
        return "#F2B84B";
    case PortType::Model:
        return "#E8795A";
    case PortType::TextEncoder:
        return "#E6D25A";
    case PortType::Vae:
        return "#F08AA8";
    case PortType::ControlNet:
        return "#4CC38A";
    case PortType::ControlMap:
        return "#8AD1C2";
    case PortType::Mask:
        return "#C9CDD6";
    case PortType::Text:
    case PortType::Sampler: // given as their names
    case PortType::Schedule:
        return "#A8D46F";
    default:
        return "#8D99AD";
    }
}

}

QColor portColour(PortType type, const Theme& theme)
{
    const QColor colour = onDark(type);
    return theme.dark ? colour : QColor::fromHsvF(colour.hsvHueF(), colour.hsvSaturationF(), colour.valueF() * 0.85F);
}

PortShape portShape(PortType type, bool list)
{
    const bool isPart = type == PortType::Model || type == PortType::TextEncoder || type == PortType::Vae
        || type == PortType::ControlNet;
    return list ? PortShape::Square : isPart ? PortShape::Diamond : PortShape::Circle;
}

QColor categoryColour(std::string_view category, const Theme& theme)
{
    for (const CategoryColour& row : categories)
        if (row.category == category)
            return portColour(row.type, theme);
    return theme.dim;
}

}
