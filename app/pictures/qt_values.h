// Values of inference as Qt's, and paths as the system's.
#pragma once
#include <QString>

#include <string>

class QImage;

namespace athanor {

struct RgbImage;

QImage toQImage(const RgbImage& picture); // a copy, in the form that is drawn fastest

std::string systemPath(const QString& path);

}
