#include "app/folders.h"

#include "inference/program.h"

#include <QStandardPaths>

namespace athanor {

std::string cacheFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation).toStdString() + "/athanor";
}

std::string dataFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString() + "/athanor";
}

std::string shippedModelsFolder()
{
    return resourcePath("models");
}

std::string starterModelPath()
{
    return shippedModelsFolder() + '/' + starterModel;
}

std::vector<std::string> inputFolders()
{
    return {dataFolder() + "/inputs", resourcePath("inputs")};
}

std::vector<std::string> modelFolders(std::vector<std::string> first)
{
    first.push_back(dataFolder() + "/models");
    first.push_back(shippedModelsFolder());
    return first;
}

}
