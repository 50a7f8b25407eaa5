#include "ui/common/theme.h"

#include <QFontDatabase>
#include <QPalette>

namespace athanor {

const Theme& theme(bool dark)
{
    static const Theme darkTheme{true, "#14161A", "#17191E", "#1C1F25", "#252932", "#30353F", "#E7E9EE", "#98A1B0",
        "#6B7483", "#FF8A3D", "#1B1208", "#4CC38A", "#E9B949", "#F2555A", "#242832"};
    static const Theme lightTheme{false, "#F4F5F7", "#EDEFF2", "#FFFFFF", "#F0F2F5", "#D9DDE3", "#1B1E24", "#5B6472",
        "#8A93A1", "#E06A17", "#FFFFFF", "#2A8F60", "#A87B0E", "#C9363B", "#D9DDE3"};
    return dark ? darkTheme : lightTheme;
}

const Theme& themeOf(const QWidget& widget)
{
    return theme(widget.palette().color(QPalette::Window).lightness() < 128);
}

const Theme& themeInUse()
{
    return theme(QApplication::palette().color(QPalette::Window).lightness() < 128);
}

}
