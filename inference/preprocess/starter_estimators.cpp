#include "inference/preprocess/starter_estimators.h"

#include "inference/networks/network_picture.h"
#include "inference/preprocess/pose_fields.h"
#include "inference/values/mat.h"

#include <opencv2/imgproc.hpp>

#include <span>
#include <vector>

namespace athanor {

namespace {

constexpr int multiple = 8; // of the sides that the network takes

const PictureForm form;

}

RgbImage starterMap(OnnxNetwork& network, const RgbImage& image, const std::string& head)
{
    const int channels = head == "normal" ? 3 : 1;
    const auto look = [&](const cv::Mat& seen) {
        const NetArray found = network.run(arrayOf(seen, form), {head})[0];
        std::vector<cv::Mat> planes;
        for (int i = 0; i < channels; ++i)
            planes.push_back(channelOf(network, found, channels, i));
        cv::Mat map;
        cv::merge(planes, map);
        return map;
    };
    return throughMat(image, [&](const cv::Mat& mat) {
        cv::Mat shades;
        seenBy(network, mat, multiple, look).convertTo(shades, CV_8U, 255);
        return shades;
    });
}

Poses starterPoses(OnnxNetwork& network, const RgbImage& image)
{
    Poses poses;
    throughMat(image, [&](const cv::Mat& mat) {
        seenBy(network, mat, multiple, [&](const cv::Mat& seen) {
            const NetArray found = network.run(arrayOf(seen, form), {"pose"})[0];
            const cv::Mat plane = channelOf(network, found, int(poseFieldPlanes), 0);
            poses = posesFromFields(
                {plane.cols, plane.rows, std::span(found.values).first(plane.total() * poseFieldPlanes)});
            // Shares of what was seen, which is the picture and what was repeated beside it.
            const double right = double(seen.cols) / mat.cols, below = double(seen.rows) / mat.rows;
            for (PosePerson& person : poses.people)
                for (auto& point : person.body)
                    if (point)
                        point = PosePoint{point->x * right, point->y * below};
            return seen;
        });
        return mat;
    });
    poses.width = image.width;
    poses.height = image.height;
    return poses;
}

}
