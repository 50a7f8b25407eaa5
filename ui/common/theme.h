// Colours, sizes and fonts of the window, and how ports and categories look. Nothing elsewhere names a colour.
#pragma once
#include "inference/graph/node_type.h"

#include <QApplication>
#include <QColor>
#include <QFont>
#include <QIcon>
#include <QWidget>

#include <cstdint>
#include <string_view>

namespace athanor {

struct Theme {
    bool dark = true;
    QColor window, canvas, panel, raised, line, text, secondary, dim, accent, onAccent, ok, warning, error, dots;
};

const Theme& theme(bool dark);
// The one in use: told from the widget's, or the application's, palette.
const Theme& themeOf(const QWidget& widget);
const Theme& themeInUse();

// Palette, font and style sheet of the whole program; may be called again.
void applyTheme(QApplication& application, bool dark);

QColor portColour(PortType type, const Theme& theme);
enum class PortShape : uint8_t { Circle, Square, Diamond }; // a value, a list, a part of a model
PortShape portShape(PortType type, bool list = false);
QColor categoryColour(std::string_view category, const Theme& theme);

// As a tooltip that shows it letter by letter, and in lines where it is long. Labels are plain by themselves, unless
// they are told otherwise.
QString plainTip(const QString& text);
QFont monospaceFont(); // of values
// "play" → resources/icons/play.svg in the colour; sharp at every scale. Without one in the theme's secondary colour,
// whatever the theme then is.
QIcon icon(const QString& name, const QColor& colour = {});

}
