#include "inference/preprocess/pose_json.h"

#include "inference/weights/byte_source.h"
#include "inference/weights/json_fields.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace athanor {

namespace {

using Json = nlohmann::json;

constexpr int64_t longestCanvas = 16'384;
constexpr size_t mostPeople = 1'000;
constexpr double farthestJoint = 1e6; // of a coordinate
constexpr size_t body25Points = 25;

// Where the 18 points stand among OpenPose's 25, which have a middle of the hips and feet besides.
constexpr int of25[bodyPoints] = {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};

double readNumber(const Json& value, const std::string& what)
{
    if (!value.is_number() || !(std::abs(value.get<double>()) <= farthestJoint))
        throw JsonRefusal(value, what + " must hold numbers from -1000000 to 1000000");
    return value.get<double>();
}

// x, y and confidence, again and again; nothing for null or an empty list.
PosePoints readPoints(const Json* list, const std::string& what, double confidence)
{
    if (!list || list->is_null())
        return {};
    if (!list->is_array() || list->size() % 3 || list->size() > facePoints * 3)
        throw JsonRefusal(*list, what + " must be a list of x, y and confidence for each of at most 70 points");
    PosePoints points;
    for (size_t i = 0; i < list->size(); i += 3) {
        const double x = readNumber((*list)[i], what), y = readNumber((*list)[i + 1], what);
        const bool found = readNumber((*list)[i + 2], what) > confidence;
        points.push_back(found ? std::optional(PosePoint{x, y}) : std::nullopt);
    }
    return points;
}

void requireCount(const Json& person, const PosePoints& points, size_t count, const std::string& what)
{
    if (!points.empty() && points.size() != count)
        throw JsonRefusal(
            person, what + " has " + std::to_string(points.size()) + " points, but must have " + std::to_string(count));
}

PosePerson readPerson(const Json& json, double confidence)
{
    JsonFields fields(json, "a person");
    const auto points = [&](const char* key) { return readPoints(fields.find(key), inQuotes(key), confidence); };
    PosePerson person{points("pose_keypoints_2d"), points("hand_left_keypoints_2d"), points("hand_right_keypoints_2d"),
        points("face_keypoints_2d")};
    if (person.body.size() == body25Points) {
        PosePoints body;
        for (const int index : of25)
            body.push_back(person.body[size_t(index)]);
        person.body = std::move(body);
    }
    requireCount(json, person.body, bodyPoints, "\"pose_keypoints_2d\"");
    requireCount(json, person.leftHand, handPoints, "\"hand_left_keypoints_2d\"");
    requireCount(json, person.rightHand, handPoints, "\"hand_right_keypoints_2d\"");
    return person;
}

void eachPoint(Poses& poses, const auto& visit)
{
    for (PosePerson& person : poses.people)
        for (PosePoints* points : {&person.body, &person.leftHand, &person.rightHand, &person.face})
            for (auto& point : *points)
                if (point)
                    visit(*point);
}

// A multiple of 64 above the coordinate.
int sideFor(double largest)
{
    constexpr int multiple = 64;
    return int(std::clamp<double>((std::floor(largest / multiple) + 1) * multiple, multiple, longestCanvas));
}

Poses posesOf(const Json& json, double confidence)
{
    if (json.is_array() && json.empty())
        throw JsonRefusal(json, "the list is empty, it should hold an object with \"people\"");
    JsonFields fields(json.is_array() ? json.front() : json, "the file");
    const Json& people = fields.get("people");
    if (!people.is_array() || people.size() > mostPeople)
        throw JsonRefusal(people, "\"people\" must be a list of at most 1000");
    Poses poses;
    for (const Json& person : people)
        poses.people.push_back(readPerson(person, confidence));

    double largest = 0, right = 0, bottom = 0;
    eachPoint(poses, [&](const PosePoint& point) {
        largest = std::max({largest, std::abs(point.x), std::abs(point.y)});
        right = std::max(right, point.x);
        bottom = std::max(bottom, point.y);
    });
    const bool pixels = largest > 1;
    const Json *width = fields.find("canvas_width"), *height = fields.find("canvas_height");
    if (width && height) {
        poses.width = int(readInteger(*width, "\"canvas_width\"", 1, longestCanvas));
        poses.height = int(readInteger(*height, "\"canvas_height\"", 1, longestCanvas));
    } else if (pixels) {
        poses.width = sideFor(right);
        poses.height = sideFor(bottom);
    }
    if (pixels)
        eachPoint(poses, [&](PosePoint& point) { point = {point.x / poses.width, point.y / poses.height}; });
    return poses;
}

Json pointsJson(const PosePoints& points, const Poses& poses)
{
    constexpr double parts = 1e4; // of a pixel
    Json list = Json::array();
    for (const auto& point : points) {
        list.push_back(point ? std::round(point->x * poses.width * parts) / parts : 0.0);
        list.push_back(point ? std::round(point->y * poses.height * parts) / parts : 0.0);
        list.push_back(point ? 1.0 : 0.0);
    }
    return list;
}

}

Poses readPoses(std::string_view json, const std::string& source, double confidence)
{
    const Json parsed = parseJson(source, json, JsonPlace::Line);
    try {
        return posesOf(parsed, confidence);
    } catch (const JsonRefusal& refusal) {
        throw Error(ErrorKind::BadFile,
            printable(source) + ": " + lineAndColumn(json, jsonPosition(json, parsed, *refusal.value)) + ": "
                + refusal.what());
    }
}

Poses readPoseFile(const std::string& path, size_t maxBytes)
{
    const ByteSource file(path);
    if (file.size() > maxBytes)
        file.refuse(
            "has " + std::to_string(file.size()) + " bytes, the limit for poses is " + std::to_string(maxBytes));
    const std::vector<std::byte> bytes = file.read(0, file.size());
    return readPoses({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

std::string writePoses(const Poses& poses)
{
    Json people = Json::array();
    for (const PosePerson& person : poses.people)
        people.push_back({{"pose_keypoints_2d", pointsJson(person.body, poses)},
            {"face_keypoints_2d", pointsJson(person.face, poses)},
            {"hand_left_keypoints_2d", pointsJson(person.leftHand, poses)},
            {"hand_right_keypoints_2d", pointsJson(person.rightHand, poses)}});
    return Json{{"people", people}, {"animals", Json::array()}, {"canvas_width", poses.width},
               {"canvas_height", poses.height}}
               .dump()
        + '\n';
}

}
