namespace MedAnomaly.Images;

/// <summary>Writes PNG through libpng: level 6, libpng's own choice of filters, no time stamp, hence the same bytes every time.</summary>
static class PngEncoder
{
    public static unsafe void Encode(Stream stream, ReadOnlySpan<byte> pixels, int width, int height, PixelTypeInfo type)
    {
        Span<byte> fault = stackalloc byte[NativeImages.FaultSize];
        fault.Clear();
        nint file;
        long length;
        try
        {
            var header = new NativeImages.Header(width, height, type.Channels, type.BitsPerChannel);
            if (NativeImages.WritePng(header, pixels, out file, out length, fault) != NativeImages.Result.Ok)
                throw new OutputException($"A PNG of {width} x {height} pixels could not be made: {NativeImages.Text(fault)}.");
        }
        catch (DllNotFoundException missing)
        {
            throw NativeImages.Missing(missing);
        }
        try
        {
            stream.Write(new ReadOnlySpan<byte>((void*)file, checked((int)length)));
        }
        finally
        {
            NativeImages.Free(file);
        }
    }
}
