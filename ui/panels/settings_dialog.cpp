#include "ui/panels/settings_dialog.h"

#include "ui/common/language.h"
#include "ui/common/theme.h"
#include "ui/panels/folder_row.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>

#include <algorithm>

namespace athanor {

SettingsDialog::SettingsDialog(const Values& values, QWidget* parent)
    : QDialog(parent)
    , m_out(new QLineEdit(values.outFolder, this))
    , m_device(new QLineEdit(values.device, this))
    , m_models(new QPlainTextEdit(values.modelFolders.join(QLatin1Char('\n')), this))
    , m_precision(new QComboBox(this))
    , m_language(new QComboBox(this))
    , m_decodeEvery(new QSpinBox(this))
{
    constexpr int width = 520, modelsHeight = 76, mostSteps = 100;
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Settings"));
    m_models->setFixedHeight(modelsHeight);
    m_models->setTabChangesFocus(true);
    m_models->setPlaceholderText(tr("One folder a line, besides Athanor's own"));
    m_device->setPlaceholderText(tr("The first that athanor devices lists; or a part of a name"));
    m_precision->addItem(tr("fp16 where the device has it, else fp32"), QString());
    m_precision->addItem(tr("fp16: 2 bytes a number"), QStringLiteral("fp16"));
    m_precision->addItem(tr("fp32: 4 bytes a number"), QStringLiteral("fp32"));
    m_precision->setCurrentIndex(std::max(0, m_precision->findData(values.precision)));
    m_decodeEvery->setRange(1, mostSteps);
    m_decodeEvery->setValue(values.decodeEvery);
    m_decodeEvery->setSuffix(tr(" steps"));

    for (const Language& language : languages())
        m_language->addItem(language.name, language.id);
    m_language->setCurrentIndex(std::max(0, m_language->findData(values.language)));

    auto* form = new QFormLayout(this);
    form->setContentsMargins(24, 24, 24, 16);
    form->setHorizontalSpacing(24);
    form->setVerticalSpacing(12);
    form->addRow(tr("Pictures go to"), folderRow(m_out, tr("Choose a folder"), tr("Pictures go to")));
    form->addRow(tr("Models are in"), m_models);
    form->addRow(tr("Device"), m_device);
    form->addRow(tr("Precision"), m_precision);
    form->addRow(tr("Full preview every"), m_decodeEvery);
    form->addRow(tr("Language"), m_language);
    auto* later = new QLabel(tr("Another language is taken from the next start on."), this);
    later->setProperty("role", "dim");
    form->addRow(QString(), later);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setProperty("primary", true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons);
    setMinimumWidth(width);
}

SettingsDialog::Values SettingsDialog::values() const
{
    Values values;
    values.outFolder = m_out->text().trimmed();
    for (const QString& line : m_models->toPlainText().split(QLatin1Char('\n')))
        if (!line.trimmed().isEmpty())
            values.modelFolders << line.trimmed();
    values.device = m_device->text().trimmed();
    values.precision = m_precision->currentData().toString();
    values.decodeEvery = m_decodeEvery->value();
    values.language = m_language->currentData().toString();
    return values;
}

}
