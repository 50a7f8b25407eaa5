#include "ui/paint/pose_edits.h"

#include "inference/graph/node_type.h"
#include "inference/preprocess/pose_json.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace athanor {

namespace {

constexpr double standingSide = 512; // of the canvas that standing() is on

// Whom the node begins with, in pixels.
const std::vector<PosePoint>& standing()
{
    static const std::vector<PosePoint> points = [] {
        const Param& pose = *findParam(*findNodeType("draw_pose"), "pose");
        std::vector<PosePoint> made;
        const Poses poses = readPoses(std::get<std::string>(pose.value), "pose");
        for (const auto& point : poses.people.at(0).body)
            made.push_back({point->x * standingSide, point->y * standingSide});
        return made;
    }();
    return points;
}

void eachPoint(PosePerson& person, const auto& visit)
{
    for (PosePoints* points : {&person.body, &person.leftHand, &person.rightHand, &person.face})
        for (auto& point : *points)
            if (point)
                visit(*point);
}

}

PosePerson standingPerson(int width, int height)
{
    const double scale = std::min(width, height) / standingSide;
    PosePerson person;
    for (const PosePoint& point : standing())
        person.body.push_back(PosePoint{0.5 + (point.x - 256) * scale / width, 0.5 + (point.y - 278) * scale / height});
    return person;
}

// The template is brought over what is seen of the person, as large and where it fits best.
std::vector<PosePoint> allJoints(const PosePerson& person, int width, int height)
{
    if (person.body.size() != bodyPoints)
        return {};
    double count = 0, x = 0, y = 0, templateX = 0, templateY = 0;
    for (size_t i = 0; i < bodyPoints; ++i)
        if (person.body[i]) {
            ++count;
            x += person.body[i]->x * width;
            y += person.body[i]->y * height;
            templateX += standing()[i].x;
            templateY += standing()[i].y;
        }
    if (count == 0)
        return {};
    x /= count, y /= count, templateX /= count, templateY /= count;
    double alike = 0, square = 0;
    for (size_t i = 0; i < bodyPoints; ++i)
        if (person.body[i]) {
            const double tx = standing()[i].x - templateX, ty = standing()[i].y - templateY;
            alike += tx * (person.body[i]->x * width - x) + ty * (person.body[i]->y * height - y);
            square += tx * tx + ty * ty;
        }
    const double scale = square > 0 ? std::max(alike / square, 0.05) : std::min(width, height) / standingSide;
    std::vector<PosePoint> joints;
    for (size_t i = 0; i < bodyPoints; ++i)
        joints.push_back(person.body[i] ? *person.body[i]
                                        : PosePoint{(x + (standing()[i].x - templateX) * scale) / width,
                                            (y + (standing()[i].y - templateY) * scale) / height});
    return joints;
}

PoseBox boxOf(const PosePerson& person)
{
    PoseBox box{1e9, 1e9, -1e9, -1e9};
    PosePerson copy = person;
    eachPoint(copy, [&](const PosePoint& point) {
        box = {std::min(box.left, point.x), std::min(box.top, point.y), std::max(box.right, point.x),
            std::max(box.bottom, point.y)};
    });
    return box;
}

PosePerson movedPerson(PosePerson person, double right, double down)
{
    eachPoint(person, [&](PosePoint& point) { point = {point.x + right, point.y + down}; });
    return person;
}

PosePerson scaledPerson(PosePerson person, PosePoint about, double x, double y)
{
    eachPoint(person, [&](PosePoint& point) {
        point = {about.x + (point.x - about.x) * x, about.y + (point.y - about.y) * y};
    });
    return person;
}

PosePerson withJoint(PosePerson person, size_t joint, PosePoint at)
{
    constexpr size_t rightWrist = 4, leftWrist = 7;
    PosePoints* hand = joint == rightWrist ? &person.rightHand : joint == leftWrist ? &person.leftHand : nullptr;
    if (const auto before = person.body.at(joint); hand && before)
        for (auto& point : *hand)
            if (point)
                point = {point->x + at.x - before->x, point->y + at.y - before->y};
    person.body.at(joint) = at;
    return person;
}

PosePerson withoutJoint(PosePerson person, size_t joint)
{
    person.body.at(joint).reset();
    return person;
}

}
