#include "ui/paint/pose_view.h"

#include "inference/graph/graph_edit.h"
#include "inference/preprocess/pose_json.h"
#include "ui/common/theme.h"
#include "ui/document/labels.h"
#include "ui/paint/pose_canvas.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QToolButton>

#include <cstddef>
#include <exception>
#include <vector>

namespace athanor {

PoseView::PoseView(const UnderlaySources& sources, Write write, QWidget* parent)
    : QWidget(parent)
    , m_write(std::move(write))
    , m_canvas(new PoseCanvas(this))
    , m_underlay(new UnderlayBar(*m_canvas, sources, this))
    , m_title(new QLabel(this))
    , m_people(new QLabel(this))
{
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 8, 8, 0);
    head->setSpacing(8);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setProperty("role", "title");
    m_people->setProperty("role", "dim");
    auto* done = new QPushButton(tr("Done"), this);
    done->setObjectName("done");
    done->setProperty("primary", true);
    done->setToolTip(tr("Back to the canvas (Esc)"));
    connect(done, &QPushButton::clicked, this, &PoseView::leaveWanted);
    head->addWidget(m_title);
    head->addWidget(m_people);
    head->addStretch(1);
    head->addWidget(done);

    auto* tools = new QHBoxLayout;
    tools->setContentsMargins(12, 8, 8, 8);
    tools->setSpacing(8);
    const auto add = [&](const char* name, const char* iconName, const QString& text, const QString& tip, auto act) {
        auto* button = new QToolButton(this);
        button->setObjectName(name);
        button->setIcon(icon(QString::fromLatin1(iconName)));
        button->setText(text);
        button->setToolTip(tip);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setProperty("flat", true);
        connect(button, &QToolButton::clicked, this, act);
        tools->addWidget(button);
        return button;
    };
    add("add person", "person", tr("Add person"), tr("Someone who stands (N)"), [this] {
        m_canvas->addPerson();
        m_canvas->setFocus();
    });
    m_remove = add("remove person", "trash", tr("Remove"), tr("Remove the chosen person (Delete)"), [this] {
        m_canvas->removePerson();
        m_canvas->setFocus();
    });
    const QString kinds = tr("OpenPose files (*.json);;All files (*)");
    add("import", "open", tr("Import…"), tr("Take people from a file of OpenPose"), [this, kinds] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Import poses"), {}, kinds);
        if (!path.isEmpty())
            importFile(path);
    });
    add("export", "save", tr("Export…"), tr("Write the people to a file of OpenPose"), [this, kinds] {
        const QString path = QFileDialog::getSaveFileName(this, tr("Export poses"), "pose.json", kinds);
        if (!path.isEmpty())
            exportFile(path);
    });
    tools->addStretch(1);
    tools->addWidget(m_underlay);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addLayout(tools);
    column->addWidget(m_canvas, 1);
    setFocusProxy(m_canvas);
    connect(m_canvas, &PoseCanvas::edited, this, &PoseView::edited);
    connect(m_canvas, &PoseCanvas::chosenChanged, this, &PoseView::refresh);
    connect(m_canvas, &PoseCanvas::leaveWanted, this, &PoseView::leaveWanted);
    connect(m_canvas, &PoseCanvas::fileDropped, this, &PoseView::take);
    connect(m_underlay, &UnderlayBar::refused, this, &PoseView::refused);
}

void PoseView::display(const std::string& text, const QString& title)
{
    m_canvas->setText(text);
    m_title->setText(title);
    refresh();
}

void PoseView::refresh()
{
    m_remove->setEnabled(m_canvas->chosen().has_value());
    const int count = int(m_canvas->poses().people.size());
    m_people->setText(m_canvas->chosen()
            ? tr("Drag joints, the person or the frame's corner; H or a right click hides a joint")
            : peopleText(count));
}

void PoseView::take(const QString& path)
{
    if (path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive))
        importFile(path);
    else
        m_underlay->readFile(path);
}

void PoseView::importFile(const QString& path)
{
    try {
        Poses poses = readPoseFile(path.toStdString(), maxParamText);
        m_canvas->choose({});
        m_canvas->change(tr("Import Poses"), std::move(poses));
    } catch (const std::exception& error) {
        emit refused(QString::fromUtf8(error.what()));
    }
}

void PoseView::exportFile(const QString& path)
{
    m_write(path, QByteArray::fromStdString(writePoses(m_canvas->poses())),
        [self = QPointer(this)](const QString& problem) {
            if (self && !problem.isEmpty())
                emit self->refused(problem);
        });
}

}
