#include "inference/program.h"
#include "ui/common/theme.h"

#include <QFontDatabase>
#include <QLabel>
#include <QPalette>
#include <QProxyStyle>
#include <QStyleFactory>
#include <QTextDocument>

namespace athanor {

namespace {

// Names of the theme's colours stand as @name.
constexpr const char* styleSheet = R"(
* { outline: 0; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }
QMainWindow, QDialog { background: @window; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QDockWidget > QWidget { background: @panel; }

QMenuBar { background: transparent; padding: 0; }
QMenuBar::item { background: transparent; color: @secondary; padding: 6px 8px; border-radius: 5px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @raised; color: @text; }
QMenu { background: @panel; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; color: @text; }
QMenu::item:selected { background: @raised; }
QMenu::item:disabled { color: @dim; }
QMenu::icon { padding-left: 6px; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenu::right-arrow { image: url("@icons/chevron-right.svg"); width: 14px; height: 14px; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 4px; }
QMenu::indicator:checked { image: url("@icons/check.svg"); }

QPushButton, QToolButton { background: @raised; color: @text; border: 1px solid @line; border-radius: 6px;
    padding: 5px 12px; min-height: 16px; }
QPushButton:hover, QToolButton:hover { background: @hover; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: @line; }
QPushButton:focus, QToolButton:focus { border-color: @accent; }
QPushButton:disabled, QToolButton:disabled { color: @dim; background: transparent; }
QPushButton[primary="true"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accentHover; }
QPushButton[primary="true"]:focus { border-color: @text; }
QPushButton[primary="true"]:disabled { background: @raised; color: @dim; border-color: @line; }
QToolButton[flat="true"] { background: transparent; border-color: transparent; padding: 4px; }
QToolButton[flat="true"]:hover { background: @raised; }
QToolButton[flat="true"]:checked { background: @line; }
QToolButton[flat="true"]:focus { border-color: @accent; }
QFileDialog QToolButton { padding: 3px; }
QToolButton::menu-indicator { image: none; }
QPushButton::menu-indicator { image: url("@icons/chevron-down.svg"); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 8px; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit, QAbstractSpinBox {
    background: @field; color: @text; border: 1px solid @line; border-radius: 5px;
    selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { padding: 3px 8px; min-height: 18px; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: @dim; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border-color: @accent; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: @dim; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url("@icons/chevron-down.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: @panel; color: @text; border: 1px solid @line; padding: 4px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: 16px; background: transparent; }
QAbstractSpinBox::up-arrow { image: url("@icons/chevron-up.svg"); width: 11px; height: 11px; }
QAbstractSpinBox::down-arrow { image: url("@icons/chevron-down.svg"); width: 11px; height: 11px; }

QCheckBox, QRadioButton { spacing: 8px; color: @text; }
QCheckBox::indicator, QListView::indicator { width: 14px; height: 14px; border: 1px solid @line; border-radius: 4px;
    background: @field; }
QCheckBox::indicator:hover { border-color: @dim; }
QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url("@icons/check-on-@theme.svg"); }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @line; }
QSlider::sub-page:horizontal { border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; background: @handle;
    border: 1px solid @handleLine; }
QSlider::handle:horizontal:focus { border-color: @accent; }
QSlider::sub-page:horizontal:disabled { background: @dim; }

QTabWidget::pane { border: 0; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @secondary; padding: 9px 2px 8px 2px; margin: 0 9px;
    border-bottom: 2px solid transparent; font-weight: 500; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:focus { color: @accent; }

QListView, QTreeView, QTableView { background: @panel; color: @text; border: 0; }
QListView::item, QTreeView::item, QTableView::item { padding: 4px 8px; border-radius: 4px; }
QListView::item:hover, QTreeView::item:hover { background: @raised; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected { background: @raised; color: @text; }
QHeaderView::section { background: @panel; color: @secondary; border: 0; border-bottom: 1px solid @line;
    padding: 4px 8px; }

QScrollArea { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: @dim; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none;
    border: 0; width: 0; height: 0; }

QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QProgressBar { background: @line; border: 0; border-radius: 2px; max-height: 4px; text-align: center; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
QStatusBar { background: @panel; color: @secondary; border-top: 1px solid @line; }
QStatusBar::item { border: 0; }
QGroupBox { border: 0; border-top: 1px solid @line; margin-top: 20px; padding-top: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 0; color: @secondary; }
QLabel[role="secondary"] { color: @secondary; }
QLabel[role="dim"] { color: @dim; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="error"] { color: @error; }
)";

// Menus show no underlined letters until they are asked for, and the buttons of dialogs no pictures.
class CalmStyle : public QProxyStyle {
public:
    using QProxyStyle::QProxyStyle;
    int styleHint(
        StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* answer) const override
    {
        const bool off = hint == SH_UnderlineShortcut || hint == SH_DialogButtonBox_ButtonsHaveIcons;
        return off ? 0 : QProxyStyle::styleHint(hint, option, widget, answer);
    }
    // Titles and names come from files, in which tags are letters like others.
    using QProxyStyle::polish;
    void polish(QWidget* widget) override
    {
        auto* label = qobject_cast<QLabel*>(widget);
        if (label && label->textFormat() == Qt::AutoText && !label->inherits("QTipLabel"))
            label->setTextFormat(Qt::PlainText);
        QProxyStyle::polish(widget);
    }
};

QString nameOf(const QColor& colour)
{
    return colour.name();
}

QColor mixed(const QColor& a, const QColor& b, double share)
{
    return QColor::fromRgbF(float(a.redF() + (b.redF() - a.redF()) * share),
        float(a.greenF() + (b.greenF() - a.greenF()) * share), float(a.blueF() + (b.blueF() - a.blueF()) * share));
}

QString styleSheetOf(const Theme& t)
{
    // The longer name before one that it begins with.
    const std::pair<const char*, QString> values[] = {
        {"@icons", QString::fromStdString(resourcePath("icons"))},
        {"@theme", t.dark ? "dark" : "light"},
        {"@window", nameOf(t.window)},
        {"@field", nameOf(t.dark ? t.window : t.panel)},
        {"@panel", nameOf(t.panel)},
        {"@raised", nameOf(t.raised)},
        {"@hover", nameOf(mixed(t.raised, t.line, 0.5))},
        {"@handleLine", nameOf(t.dark ? QColor(t.text) : t.dim)},
        {"@handle", nameOf(t.dark ? t.text : t.panel)},
        {"@line", nameOf(t.line)},
        {"@text", nameOf(t.text)},
        {"@secondary", nameOf(t.secondary)},
        {"@dim", nameOf(t.dim)},
        {"@accentHover", nameOf(mixed(t.accent, t.dark ? QColor(Qt::white) : QColor(Qt::black), 0.12))},
        {"@accent", nameOf(t.accent)},
        {"@onAccent", nameOf(t.onAccent)},
        {"@error", nameOf(t.error)},
    };
    QString text = QString::fromLatin1(styleSheet);
    for (const auto& [name, value] : values)
        text.replace(QLatin1String(name), value);
    return text;
}

QPalette paletteOf(const Theme& t)
{
    QPalette palette;
    const std::pair<QPalette::ColorRole, QColor> roles[] = {{QPalette::Window, t.window},
        {QPalette::WindowText, t.text}, {QPalette::Base, t.panel}, {QPalette::AlternateBase, t.raised},
        {QPalette::Text, t.text}, {QPalette::Button, t.raised}, {QPalette::ButtonText, t.text},
        {QPalette::BrightText, t.text}, {QPalette::Highlight, t.accent}, {QPalette::HighlightedText, t.onAccent},
        {QPalette::ToolTipBase, t.raised}, {QPalette::ToolTipText, t.text}, {QPalette::PlaceholderText, t.dim},
        {QPalette::Link, t.accent}, {QPalette::Light, t.raised}, {QPalette::Midlight, t.raised},
        {QPalette::Mid, t.line}, {QPalette::Dark, t.line}, {QPalette::Shadow, t.window}};
    for (const auto& [role, colour] : roles)
        palette.setColor(role, colour);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, t.dim);
    return palette;
}

QFont uiFont()
{
    constexpr int pixels = 12;
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (QFontDatabase::hasFamily(QStringLiteral("Inter")))
        font.setFamily(QStringLiteral("Inter"));
    font.setPixelSize(pixels);
    return font;
}

}

void applyTheme(QApplication& application, bool dark)
{
    application.setStyle(new CalmStyle(QStyleFactory::create(QStringLiteral("Fusion"))));
    application.setFont(uiFont());
    application.setPalette(paletteOf(theme(dark)));
    application.setStyleSheet(styleSheetOf(theme(dark)));
}

QString plainTip(const QString& text)
{
    return text.isEmpty() ? text : Qt::convertFromPlainText(text, Qt::WhiteSpaceNormal);
}

QFont monospaceFont()
{
    constexpr int pixels = 11;
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(pixels);
    return font;
}

}
