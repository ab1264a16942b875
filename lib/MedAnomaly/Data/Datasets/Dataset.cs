using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>Opens datasets: those of the catalog by their id, and any folder of images by its path.</summary>
public static class Dataset
{
    /// <summary>
    /// Opens the dataset whose id is <paramref name="idOrFolder"/>, fetching it first where it can be fetched, or the folder of images at
    /// that path; see <see cref="OpenFolder"/> for the layouts. A dataset of volumes opens as its axial slices.
    /// </summary>
    /// <exception cref="UsageException">It is neither an id nor a folder, or the id of something that holds no images.</exception>
    /// <exception cref="DatasetException">
    /// It is not on this machine, incomplete, changed since it was verified, or has one class only.
    /// </exception>
    /// <exception cref="DataFormatException">A table or a file of outlines is damaged.</exception>
    public static IImageDataset Open(string idOrFolder, DataStore? store = null, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(idOrFolder);
        store ??= DataStore.FromEnvironment();
        if (store.Catalog.Contains(idOrFolder))
        {
            var location = store.Get(idOrFolder, progress, cancellationToken);
            store.CheckUnchanged(location);
            return ManifestDataset.Open(location, progress, cancellationToken);
        }
        if (Directory.Exists(idOrFolder)) return OpenFolder(idOrFolder);
        throw new UsageException($"'{idOrFolder}' is neither a dataset nor a "
            + $"folder.{Spelling.Hint(idOrFolder, store.Catalog.Manifests.Select(manifest => manifest.Id))} "
            + "'medanomaly data list' shows all datasets.");
    }

    /// <summary>Opens the volumes of the dataset whose id is <paramref name="id"/>, fetching it first where it can be fetched.</summary>
    /// <exception cref="UsageException">The catalog does not know the id, or it holds no volumes.</exception>
    /// <exception cref="DatasetException">It is not on this machine, incomplete, or changed since it was verified.</exception>
    public static IVolumeDataset OpenVolumes(string id, DataStore? store = null, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        store ??= DataStore.FromEnvironment();
        var location = store.Get(id, progress, cancellationToken);
        store.CheckUnchanged(location);
        return ManifestDataset.OpenVolumes(location);
    }

    /// <summary>
    /// Opens a folder of images in one of two layouts. (1) A sub-folder for each class, whose name begins with a word such as normal, good,
    /// healthy, negative or no, and abnormal, bad, positive, tumour or yes; a folder in it is a patient. (2) MVTec AD's: train/good,
    /// test/good and test/DEFECT. Masks lie in ground_truth or masks, in a folder named like the class, under the image's name with or
    /// without "_mask"; if there are any, each abnormal image needs one and no normal image may have one.
    /// </summary>
    /// <exception cref="DatasetException">
    /// The folder is empty, has one class only or another layout, or masks do not match; the message lists what is wrong.
    /// </exception>
    public static IImageDataset OpenFolder(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var name = Path.GetFileName(full);
        var samples = new FolderLayout(full).Samples();
        return new FileImageDataset(name, name, DataKind.Real, SampleListHash.Of("", samples), samples);
    }
}
