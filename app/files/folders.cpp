#include "app/files/folders.h"

#include "inference/program.h"

#include <QStandardPaths>

#include <filesystem>
#include <system_error>

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

std::string absolutePath(const std::string& path)
{
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(path, error);
    return error ? path : absolute.lexically_normal().string();
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
