#include "ui/panels/export_dialog.h"

#include "inference/run/output_name.h"
#include "ui/common/theme.h"
#include "ui/panels/folder_row.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QSpinBox>
#include <QStandardPaths>
#include <QToolButton>

#include <algorithm>
#include <string>

namespace athanor {

namespace {

const QString formatKey = QStringLiteral("export/format"), qualityKey = QStringLiteral("export/quality"),
              folderKey = QStringLiteral("export/folder"), nameKey = QStringLiteral("export/name"),
              keepsKey = QStringLiteral("export/keeps");
constexpr int usualQuality = 90;
constexpr size_t reservedBytes = 16; // of a name, for its number and its ending

QString picturesFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
}

Infotext withSize(Infotext info, QSize size)
{
    if (fieldValue(info, "Size").empty() && size.isValid())
        info.fields.emplace_back("Size", std::to_string(size.width()) + 'x' + std::to_string(size.height()));
    return info;
}

QLabel* secondary(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", "secondary");
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

}

ExportDialog::ExportDialog(const ExportRequest& request, const PictureDetails& details, QWidget* parent)
    : QDialog(parent)
    , m_request(request)
    , m_info(withSize(details.info, details.size))
    , m_tells(!details.maker.isEmpty() || request.graph)
    , m_format(new QComboBox(this))
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_quality(new QSpinBox(this))
    , m_folder(new QLineEdit(this))
    , m_name(new QLineEdit(this))
    , m_keeps(new QCheckBox(tr("Keep how it was made"), this))
    , m_picture(new QLabel(this))
    , m_outcome(secondary({}, this))
    , m_save(new QPushButton(tr("Save"), this))
{
    constexpr int width = 560, thumbnailSide = 96;
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Save the picture"));
    for (const QString& text : {tr("PNG · every pixel as it is"), tr("JPEG · smaller, not every pixel as it is"),
             tr("WebP · smaller, not every pixel as it is"), tr("WebP lossless · every pixel as it is")})
        m_format->addItem(text);
    m_picture->setPixmap(QPixmap::fromImage(details.thumbnail.scaled(
        QSize(thumbnailSide, thumbnailSide) * devicePixelRatioF(), Qt::KeepAspectRatio, Qt::SmoothTransformation)));
    m_keeps->setToolTip(tr("Prompt, settings and the workflow are written into the file.\n"
                           "Dropped on Athanor, it opens its workflow again."));

    auto* form = new QFormLayout(this);
    form->setContentsMargins(24, 24, 24, 16);
    form->setHorizontalSpacing(24);
    form->setVerticalSpacing(12);
    form->addRow(m_picture, secondary(tr("%1 × %2 pixels").arg(details.size.width()).arg(details.size.height()), this));
    form->addRow(tr("Format"), m_format);
    form->addRow(tr("Quality"), qualityRow());
    form->addRow(tr("Folder"), folderRow(m_folder, tr("Choose a folder"), tr("Save pictures in")));
    form->addRow(tr("Name"), nameRow());
    form->addRow(QString(), m_outcome);
    form->addRow(QString(), m_keeps);
    form->addRow(buttonRow());
    setMinimumWidth(width);

    readChoices();
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
    connect(m_name, &QLineEdit::textChanged, this, &ExportDialog::refresh);
    connect(m_folder, &QLineEdit::textChanged, this, &ExportDialog::refresh);
    m_name->setFocus();
    refresh();
}

QWidget* ExportDialog::qualityRow()
{
    auto* row = new QWidget(this);
    m_slider->setRange(1, 100);
    m_slider->setAccessibleName(tr("Quality"));
    m_quality->setRange(1, 100);
    m_quality->setAccessibleName(tr("Quality"));
    connect(m_slider, &QSlider::valueChanged, m_quality, &QSpinBox::setValue);
    connect(m_quality, &QSpinBox::valueChanged, m_slider, &QSlider::setValue);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_slider, 1);
    layout->addWidget(m_quality);
    return row;
}

QWidget* ExportDialog::buttonRow()
{
    auto* row = new QWidget(this);
    auto* cancel = new QPushButton(tr("Cancel"), row);
    m_save->setProperty("primary", true);
    m_save->setDefault(true);
    connect(m_save, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    layout->addStretch(1);
    layout->addWidget(cancel);
    layout->addWidget(m_save);
    return row;
}

// With a list of what may stand in the name.
QWidget* ExportDialog::nameRow()
{
    auto* row = new QWidget(this);
    auto* insert = new QToolButton(row);
    insert->setIcon(icon(QStringLiteral("plus")));
    insert->setToolTip(tr("Insert what the picture knows"));
    insert->setAccessibleName(tr("Insert what the picture knows"));
    insert->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(insert);
    for (const auto& [token, text] :
        {std::pair("[seed]", tr("The seed")), {"[prompt]", tr("Its prompt")}, {"[model]", tr("The model's name")},
            {"[sampler]", tr("The sampler's name")}, {"[steps]", tr("Number of steps")}, {"[cfg]", tr("CFG scale")},
            {"[width]", tr("Width in pixels")}, {"[height]", tr("Height in pixels")}, {"[date]", tr("Today")},
            {"[time]", tr("The time now")}, {"[counter]", tr("A number that no file there has")}}) {
        const QString word = QString::fromLatin1(token);
        menu->addAction(word + QLatin1Char('\t') + text, this, [this, word] {
            m_name->deselect(); // it was chosen as a whole when the field got the focus
            m_name->insert(word);
        });
    }
    insert->setMenu(menu);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_name, 1);
    layout->addWidget(insert);
    return row;
}

void ExportDialog::readChoices()
{
    const QSettings settings;
    const int format = int(pictureFormat(settings.value(formatKey).toString().toStdString()));
    m_format->setCurrentIndex(format);
    m_quality->setValue(std::clamp(settings.value(qualityKey, usualQuality).toInt(), 1, 100));
    m_folder->setText(QDir::toNativeSeparators(settings.value(folderKey, picturesFolder()).toString()));
    m_name->setText(settings.value(nameKey, QStringLiteral("[prompt]-[seed]")).toString());
    m_keeps->setChecked(m_tells && settings.value(keepsKey, true).toBool());
    m_keeps->setEnabled(m_tells);
    if (!m_tells)
        m_keeps->setText(tr("It does not tell how it was made"));
}

void ExportDialog::keepChoices() const
{
    QSettings settings;
    const std::string_view format = pictureFormatNames()[size_t(m_format->currentIndex())];
    settings.setValue(formatKey, QString::fromLatin1(format.data(), qsizetype(format.size())));
    settings.setValue(qualityKey, m_quality->value());
    settings.setValue(folderKey, m_folder->text());
    settings.setValue(nameKey, m_name->text());
    if (m_tells)
        settings.setValue(keepsKey, m_keeps->isChecked());
}

void ExportDialog::refresh()
{
    const auto format = PictureFormat(m_format->currentIndex());
    const bool hasQuality = format == PictureFormat::Jpeg || format == PictureFormat::Webp;
    m_slider->setEnabled(hasQuality);
    m_quality->setEnabled(hasQuality);
    const std::string pattern = m_name->text().toStdString();
    QString problem;
    if (const std::string text = namePatternProblem(pattern); !text.empty())
        problem = tr("The name %1").arg(QString::fromStdString(text));
    else if (!QDir::isAbsolutePath(m_folder->text()))
        problem = tr("Choose a folder");
    std::string name = problem.isEmpty() ? expandedName(pattern, m_info, reservedBytes) : std::string();
    if (const size_t mark = name.find(counterMark); mark != name.npos)
        name.replace(mark, 1, counterText(1));
    const std::string_view ending = pictureEnding(format);
    m_outcome->setText(problem.isEmpty()
            ? QString::fromStdString(name) + QString::fromLatin1(ending.data(), qsizetype(ending.size()))
            : problem);
    m_outcome->setProperty("role", problem.isEmpty() ? "secondary" : "error");
    m_outcome->setStyleSheet(QStringLiteral("")); // the property counts from now on
    m_save->setEnabled(problem.isEmpty());
}

ExportRequest ExportDialog::request() const
{
    ExportRequest request = m_request;
    request.encoding = {PictureFormat(m_format->currentIndex()), m_quality->value()};
    request.folder = m_folder->text();
    request.name = m_name->text();
    request.keepsTexts = m_keeps->isChecked();
    return request;
}

}
