#include "ui/paint/pose_canvas.h"

#include "inference/preprocess/pose_json.h"
#include "ui/common/distance.h"
#include "ui/common/theme.h"
#include "ui/paint/pose_edits.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>
#include <vector>

namespace athanor {

namespace {

constexpr double reach = 9, handle = 5; // of the widget's pixels
constexpr double framePadding = 14;

QString jointName(size_t joint)
{
    constexpr const char* names[bodyPoints] = {QT_TRANSLATE_NOOP("Joints", "nose"), QT_TRANSLATE_NOOP("Joints", "neck"),
        QT_TRANSLATE_NOOP("Joints", "right shoulder"), QT_TRANSLATE_NOOP("Joints", "right elbow"),
        QT_TRANSLATE_NOOP("Joints", "right wrist"), QT_TRANSLATE_NOOP("Joints", "left shoulder"),
        QT_TRANSLATE_NOOP("Joints", "left elbow"), QT_TRANSLATE_NOOP("Joints", "left wrist"),
        QT_TRANSLATE_NOOP("Joints", "right hip"), QT_TRANSLATE_NOOP("Joints", "right knee"),
        QT_TRANSLATE_NOOP("Joints", "right ankle"), QT_TRANSLATE_NOOP("Joints", "left hip"),
        QT_TRANSLATE_NOOP("Joints", "left knee"), QT_TRANSLATE_NOOP("Joints", "left ankle"),
        QT_TRANSLATE_NOOP("Joints", "right eye"), QT_TRANSLATE_NOOP("Joints", "left eye"),
        QT_TRANSLATE_NOOP("Joints", "right ear"), QT_TRANSLATE_NOOP("Joints", "left ear")};
    return QCoreApplication::translate("Joints", names[joint]);
}

double distanceToLine(QPointF point, QPointF a, QPointF b)
{
    const QPointF way = b - a;
    const double square = QPointF::dotProduct(way, way);
    const double t = square > 0 ? std::clamp(QPointF::dotProduct(point - a, way) / square, 0.0, 1.0) : 0;
    return distance(point, a + way * t);
}

}

PoseCanvas::PoseCanvas(QWidget* parent)
    : SheetCanvas(parent)
{
    setAccessibleName(tr("Poses"));
    show({});
}

void PoseCanvas::setText(const std::string& text)
{
    if (text == m_text)
        return;
    m_text = text;
    m_act = Act::None;
    Poses poses;
    try {
        poses = readPoses(text, "pose");
        m_problem.clear();
    } catch (const std::exception& error) {
        m_problem = QString::fromUtf8(error.what());
    }
    m_hovered.reset();
    show(std::move(poses));
    if (m_chosen && *m_chosen >= m_poses.people.size())
        choose({});
}

void PoseCanvas::show(Poses poses)
{
    m_poses = std::move(poses);
    setSheetSize({m_poses.width, m_poses.height});
    const RgbImage map = drawPoses(m_poses, m_poses.width, m_poses.height);
    m_map = QImage(map.pixels.data(), map.width, map.height, map.width * 3, QImage::Format_RGB888)
                .convertToFormat(QImage::Format_RGB32);
    update();
}

void PoseCanvas::choose(std::optional<size_t> person)
{
    if (person == m_chosen)
        return;
    m_chosen = person;
    update();
    emit chosenChanged();
}

void PoseCanvas::change(const QString& what, Poses poses)
{
    show(std::move(poses));
    m_problem.clear();
    m_text = writePoses(m_poses);
    while (m_text.ends_with('\n'))
        m_text.pop_back();
    emit edited(m_text, what);
}

void PoseCanvas::addPerson()
{
    Poses poses = m_poses;
    PosePerson person = standingPerson(poses.width, poses.height);
    constexpr double beside = 0.08; // of who stands there already
    const double shift = beside * double(poses.people.size() % 6);
    poses.people.push_back(movedPerson(std::move(person), shift, 0));
    change(tr("Add Person"), std::move(poses));
    choose(m_poses.people.size() - 1);
}

void PoseCanvas::removePerson()
{
    if (!m_chosen)
        return;
    Poses poses = m_poses;
    poses.people.erase(poses.people.begin() + std::ptrdiff_t(*m_chosen));
    choose({});
    m_hovered.reset();
    change(tr("Remove Person"), std::move(poses));
}

QPointF PoseCanvas::pixelOf(const PosePoint& point) const
{
    return {point.x * m_poses.width, point.y * m_poses.height};
}

PosePoint PoseCanvas::shareOf(QPointF sheet) const
{
    return {sheet.x() / m_poses.width, sheet.y() / m_poses.height};
}

// The nearest; of the chosen person hidden ones too.
std::optional<PoseCanvas::Joint> PoseCanvas::jointAt(QPointF sheet) const
{
    std::optional<Joint> nearest;
    double least = reach / zoom();
    for (size_t i = 0; i < m_poses.people.size(); ++i) {
        const std::vector<PosePoint> joints = allJoints(m_poses.people[i], m_poses.width, m_poses.height);
        for (size_t j = 0; j < joints.size(); ++j)
            if (const double away = distance(pixelOf(joints[j]), sheet);
                away < least && (m_poses.people[i].body[j] || m_chosen == i)) {
                least = away;
                nearest = {i, j};
            }
    }
    return nearest;
}

// By limbs, so that people may stand before one another.
std::optional<size_t> PoseCanvas::personAt(QPointF sheet) const
{
    std::optional<size_t> nearest;
    double least = reach / zoom();
    for (size_t i = 0; i < m_poses.people.size(); ++i) {
        const PosePoints& body = m_poses.people[i].body;
        for (const auto& [from, to] : poseLimbs) {
            if (body.size() != bodyPoints || !body[size_t(from)] || !body[size_t(to)])
                continue;
            const double away = distanceToLine(sheet, pixelOf(*body[size_t(from)]), pixelOf(*body[size_t(to)]));
            if (away < least) {
                least = away;
                nearest = i;
            }
        }
    }
    if (!nearest && m_chosen && frameOf(*m_chosen).contains(toWidget(sheet)))
        nearest = m_chosen;
    return nearest;
}

QRectF PoseCanvas::frameOf(size_t person) const
{
    const PoseBox box = boxOf(m_poses.people[person]);
    if (box.left > box.right)
        return {};
    return QRectF(toWidget(pixelOf({box.left, box.top})), toWidget(pixelOf({box.right, box.bottom})))
        .adjusted(-framePadding, -framePadding, framePadding, framePadding);
}

bool PoseCanvas::isOnCorner(QPointF sheet) const
{
    return m_chosen && distance(toWidget(sheet), frameOf(*m_chosen).bottomRight()) < reach;
}

void PoseCanvas::press(const Pointer& pointer)
{
    if (!m_problem.isEmpty())
        return;
    m_before = m_poses;
    m_start = pointer.at;
    m_dragged.reset();
    if (isOnCorner(pointer.at)) {
        m_act = Act::Scale;
    } else if (const auto joint = jointAt(pointer.at)) {
        m_act = Act::Joint;
        m_dragged = joint;
        choose(joint->person);
    } else {
        const auto person = personAt(pointer.at);
        m_act = person ? Act::Move : Act::None;
        choose(person);
    }
}

void PoseCanvas::drag(const Pointer& pointer)
{
    if (m_act == Act::None || !m_chosen)
        return;
    const PosePoint now = shareOf(pointer.at), start = shareOf(m_start);
    Poses poses = m_before;
    PosePerson& person = poses.people[*m_chosen];
    if (m_act == Act::Joint) {
        person = withJoint(std::move(person), m_dragged->index, now);
    } else if (m_act == Act::Move) {
        person = movedPerson(std::move(person), now.x - start.x, now.y - start.y);
    } else {
        const PoseBox box = boxOf(person);
        const double wide = std::max(box.right - box.left, 1e-3), high = std::max(box.bottom - box.top, 1e-3);
        double x = std::max(0.05, 1 + (now.x - start.x) / wide), y = std::max(0.05, 1 + (now.y - start.y) / high);
        if (!(pointer.keys & Qt::ShiftModifier)) // as it is; with Shift each way for itself
            x = y = std::max(x, y);
        person = scaledPerson(std::move(person), {box.left, box.top}, x, y);
    }
    show(std::move(poses));
}

void PoseCanvas::release(const Pointer&)
{
    const Act act = std::exchange(m_act, Act::None);
    if (act == Act::None || m_poses == m_before)
        return;
    change(act == Act::Joint ? tr("Move Joint") : act == Act::Move ? tr("Move Person") : tr("Resize Person"), m_poses);
}

bool PoseCanvas::cancel()
{
    if (m_act == Act::None)
        return false;
    m_act = Act::None;
    show(m_before);
    return true;
}

void PoseCanvas::hover(const Pointer& pointer)
{
    const auto joint = jointAt(pointer.at);
    if (joint != m_hovered)
        update();
    m_hovered = joint;
    setCursor(isOnCorner(pointer.at) ? Qt::SizeFDiagCursor
            : joint                  ? Qt::PointingHandCursor
            : personAt(pointer.at)   ? Qt::SizeAllCursor
                                     : Qt::ArrowCursor);
}

void PoseCanvas::toggle(const Joint& joint)
{
    Poses poses = m_poses;
    PosePerson& person = poses.people[joint.person];
    const bool hides = person.body[joint.index].has_value();
    const std::vector<PosePoint> joints = allJoints(person, poses.width, poses.height);
    choose(joint.person);
    person = hides ? withoutJoint(std::move(person), joint.index)
                   : withJoint(std::move(person), joint.index, joints[joint.index]);
    if (boxOf(person).left <= boxOf(person).right) // the last one stays: nobody could be grasped by it again
        change(hides ? tr("Hide Joint") : tr("Show Joint"), std::move(poses));
}

void PoseCanvas::pressRight(const Pointer& pointer)
{
    if (const auto joint = jointAt(pointer.at); joint && !isPressed())
        toggle(*joint);
}

bool PoseCanvas::takeKey(const QKeyEvent& event)
{
    switch (event.key()) {
    case Qt::Key_N:
        addPerson();
        return true;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        removePerson();
        return true;
    case Qt::Key_H:
        if (m_hovered && !isPressed())
            toggle(Joint(*m_hovered));
        return true;
    default:
        return false;
    }
}

void PoseCanvas::paintSheet(QPainter& painter, const QRect& part)
{
    painter.setCompositionMode(QPainter::CompositionMode_Lighten); // the map's black lets the picture through
    painter.drawImage(part, m_map, part);
    painter.setCompositionMode(QPainter::CompositionMode_SourceOver);
}

void PoseCanvas::paintTools(QPainter& painter)
{
    const Theme& t = themeOf(*this);
    if (!m_problem.isEmpty() || m_poses.people.empty()) {
        painter.setPen(m_problem.isEmpty() ? t.secondary : t.error);
        painter.drawText(QRectF(rect()).adjusted(32, 32, -32, -32), int(Qt::AlignCenter) | Qt::TextWordWrap,
            m_problem.isEmpty() ? tr("Nobody is here yet. Press N to add someone, or drop a file of OpenPose here.")
                                : tr("These poses cannot be shown: %1.").arg(m_problem));
        return;
    }
    if (m_chosen) {
        const QRectF frame = frameOf(*m_chosen);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(t.accent, 1, Qt::DashLine));
        painter.drawRect(frame);
        painter.setPen(QPen(t.accent, 1.5));
        painter.setBrush(t.panel);
        painter.drawRect(QRectF(frame.bottomRight() - QPointF(4, 4), QSizeF(8, 8)));
        const PosePerson& person = m_poses.people[*m_chosen];
        const std::vector<PosePoint> joints = allJoints(person, m_poses.width, m_poses.height);
        for (size_t i = 0; i < joints.size(); ++i) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(
                QPen(person.body[i] ? QColor(Qt::white) : t.dim, 1.2, person.body[i] ? Qt::SolidLine : Qt::DotLine));
            painter.drawEllipse(toWidget(pixelOf(joints[i])), handle, handle);
        }
    }
    if (m_hovered && m_hovered->person < m_poses.people.size()) {
        const std::vector<PosePoint> joints =
            allJoints(m_poses.people[m_hovered->person], m_poses.width, m_poses.height);
        const QPointF at = toWidget(pixelOf(joints.at(m_hovered->index)));
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(t.accent, 2));
        painter.drawEllipse(at, handle + 2, handle + 2);
        const QString name = jointName(m_hovered->index);
        const QRectF words = QRectF(painter.fontMetrics().boundingRect(name)).adjusted(-6, -3, 6, 3);
        const QRectF pill = words.translated(at + QPointF(14, -8) - words.topLeft() - QPointF(0, words.height()));
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.panel);
        painter.drawRoundedRect(pill, 4, 4);
        painter.setPen(t.text);
        painter.drawText(pill, Qt::AlignCenter, name);
    }
}

}
