"""Golden values for MedAnomaly.Volumes from nibabel, numpy and scipy. Run with Debian's Python: /usr/bin/python3 tests/golden/volumes.py"""
import base64
import io
import json
import pathlib

import nibabel as nib
import numpy as np
import scipy
import scipy.ndimage
from nibabel.nifti1 import Nifti1Extension
from nibabel.orientations import aff2axcodes

HERE = pathlib.Path(__file__).with_suffix('')
SHAPE = (4, 3, 2)
DATATYPES = [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, np.float32, np.float64]
rng = np.random.default_rng(20240611)


def numbers(values):
    """Floats as JSON: shortest form that reads back the same, NaN and infinities by name."""
    return [float(v) if np.isfinite(v) else {np.inf: 'Infinity', -np.inf: '-Infinity'}.get(float(v), 'NaN') for v in np.ravel(values, order='F')]


def encoded(data):
    return base64.b64encode(data).decode()


def phantom(dtype):
    """Values that differ everywhere and reach the type's ends, so that a wrong byte order, stride or sign shows."""
    if np.issubdtype(dtype, np.integer):
        info = np.iinfo(dtype)
        values = rng.integers(info.min, info.max, size=SHAPE, dtype=dtype, endpoint=True)
        values[0, 0, 0], values[-1, -1, -1] = info.min, info.max
        values[1, 0, 0] = 1
        return values
    return (rng.normal(size=SHAPE) * 10.0 ** rng.integers(-20, 20, size=SHAPE)).astype(dtype)


def rotation():
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    return q * np.sign(np.diag(r))


def affine_of(matrix, origin):
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = matrix, origin
    return affine


def single(image):
    stream = io.BytesIO()
    holder = image.make_file_map({'image': stream})
    image.to_file_map(holder)
    return stream.getvalue()


def expectation(name, files, image):
    """What nibabel reads from the bytes, not from the object that wrote them."""
    data = image.get_fdata(dtype=np.float64)
    with np.errstate(over='ignore'):
        voxels = data.astype(np.float32)
    return {'name': name, 'files': {ending: encoded(content) for ending, content in files.items()}, 'size': list(data.shape),
            'affine': numbers(image.affine[:3].T), 'codes': ''.join(aff2axcodes(image.affine)), 'voxels': numbers(voxels)}


def reread(content, cls):
    return cls.from_bytes(content)


def files():
    cases = []
    affine = affine_of(np.diag([-2.0, 1.5, 3.0]), [10, -20, 30])
    for version, cls, header_cls in ((1, nib.Nifti1Image, nib.Nifti1Header), (2, nib.Nifti2Image, nib.Nifti2Header)):
        for order in '<>':
            for dtype in DATATYPES:
                header = header_cls(endianness=order)
                header.set_data_dtype(dtype)
                image = cls(phantom(dtype), affine, header)
                content = single(image)
                cases.append(expectation(f'{np.dtype(dtype).name}, version {version}, {order}', {'.nii': content}, reread(content, cls)))
        for index in range(4):
            # qform only: any rotation, both handednesses.
            image = cls(phantom(np.int16), None)
            zooms = np.array([0.7, 1.1, 2.3])
            turn = rotation() * zooms * [1, 1, (-1) ** index]
            image.set_qform(affine_of(turn, rng.normal(size=3) * 50), code=1)
            image.set_sform(None, code=0)
            content = single(image)
            cases.append(expectation(f'qform {index}, version {version}', {'.nii': content}, reread(content, cls)))
        for index in range(3):
            # An oblique, sheared sform beside another qform.
            matrix = rotation() * [0.9, 1.2, 2.0] + rng.normal(size=(3, 3)) * 0.1
            image = cls(phantom(np.int16), None)
            image.set_qform(affine_of(rotation(), [1, 2, 3]), code=1)
            image.set_sform(affine_of(matrix, rng.normal(size=3) * 50), code=2)
            content = single(image)
            cases.append(expectation(f'sform over qform {index}, version {version}', {'.nii': content}, reread(content, cls)))
        image = cls(phantom(np.int16), None)
        image.header.set_zooms((1.5, 2.5, 3.5))
        image.set_sform(None, code=0)
        image.set_qform(None, code=0)
        content = single(image)
        cases.append(expectation(f'neither form, version {version}', {'.nii': content}, reread(content, cls)))
    for slope, inter in ((2.5, -3), (0, 5), (np.nan, 1), (1e-3, 1000), (-1, 0.5)):
        image = nib.Nifti1Image(phantom(np.int16), affine)
        content = bytearray(single(image))
        content[112:120] = np.array([slope, inter], '<f4').tobytes()
        cases.append(expectation(f'slope {slope}, intercept {inter}', {'.nii': bytes(content)}, reread(bytes(content), nib.Nifti1Image)))
    values = phantom(np.float32)
    values[1, 1, 0], values[2, 1, 1], values[3, 0, 1] = np.nan, np.inf, -np.inf
    content = single(nib.Nifti1Image(values, affine))
    cases.append(expectation('NaN and infinities', {'.nii': content}, reread(content, nib.Nifti1Image)))
    image = nib.Nifti1Image(phantom(np.int16), affine)
    image.header.extensions.append(Nifti1Extension('comment', b'seen by nibabel'))
    image.header.extensions.append(Nifti1Extension('afni', b'<AFNI_attributes/>' * 3))
    content = single(image)
    cases.append(expectation('two extensions', {'.nii': content}, reread(content, nib.Nifti1Image)))
    for order in '<>':
        header = nib.nifti1.Nifti1PairHeader(endianness=order)
        header.set_data_dtype(np.int16)
        image = nib.Nifti1Pair(phantom(np.int16), affine, header)
        streams = {'header': io.BytesIO(), 'image': io.BytesIO()}
        image.to_file_map(image.make_file_map(streams))
        pair = {'.hdr': streams['header'].getvalue(), '.img': streams['image'].getvalue()}
        again = nib.Nifti1Pair.from_file_map(image.make_file_map({'header': io.BytesIO(pair['.hdr']), 'image': io.BytesIO(pair['.img'])}))
        cases.append(expectation(f'pair {order}', pair, again))
    for shape in ((5,), (5, 4), (3, 2, 2, 1, 1)):
        data = rng.integers(0, 100, size=shape).astype(np.int16)
        content = single(nib.Nifti1Image(data, affine))
        case = expectation(f'{len(shape)} dimensions', {'.nii': content}, reread(content, nib.Nifti1Image))
        case['size'] = (list(shape) + [1, 1])[:3]
        cases.append(case)
    return cases


def orientations():
    """Volumes in every kind of orientation, and the same turned to the closest canonical one."""
    cases = []
    matrices = [rotation() * [1, 2, 3] for _ in range(12)] + [rotation() @ (np.eye(3) + rng.normal(size=(3, 3)) * 0.2) for _ in range(12)]
    for permutation in ((0, 1, 2), (1, 0, 2), (2, 1, 0), (0, 2, 1), (1, 2, 0), (2, 0, 1)):
        for signs in ((1, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1), (-1, -1, -1)):
            matrices.append((np.eye(3) * signs * [1, 2, 3])[:, permutation])
    data = np.arange(24, dtype=np.float32).reshape(SHAPE, order='F')
    for matrix in matrices:
        image = nib.Nifti1Image(data, affine_of(matrix, rng.normal(size=3) * 40))
        canonical = nib.as_closest_canonical(image)
        cases.append({'affine': numbers(image.affine[:3].T), 'codes': ''.join(aff2axcodes(image.affine)), 'canonicalSize': list(canonical.shape),
                      'canonicalAffine': numbers(canonical.affine[:3].T), 'canonicalCodes': ''.join(aff2axcodes(canonical.affine)),
                      'canonicalVoxels': numbers(canonical.get_fdata())})
    return cases


def series():
    data = rng.integers(0, 1000, size=(3, 2, 2, 3)).astype(np.int16)
    content = single(nib.Nifti1Image(data, np.eye(4)))
    return {'file': encoded(content), 'frames': [numbers(data[..., t]) for t in range(3)]}


def resampling():
    data = rng.normal(size=(6, 5, 4)).astype(np.float32)
    # Output voxel to input voxel.
    turn = rotation() * 0.8
    offset = np.array([2.5, 2.0, 1.5]) - turn @ np.array([3.0, 2.0, 2.0])
    moved = {f'order{order}': numbers(scipy.ndimage.affine_transform(data.astype(np.float64), turn, offset, output_shape=(7, 5, 5), order=order, mode='constant', cval=-7))
             for order in (0, 1)}
    smooth = scipy.ndimage.gaussian_filter(data.astype(np.float64), (1.5, 0.7, 1.0), mode='nearest', truncate=4.0)
    wrapped = scipy.ndimage.gaussian_filter(data.astype(np.float64), (1.5, 0.7, 1.0), mode='wrap', truncate=4.0)
    return {'size': list(data.shape), 'voxels': numbers(data), 'map': numbers(affine_of(turn, offset)[:3].T), 'targetSize': [7, 5, 5], 'fill': -7, **moved,
            'sigma': [1.5, 0.7, 1.0], 'smoothed': numbers(smooth), 'wrapped': numbers(wrapped)}


def percentiles():
    data = rng.normal(size=101).astype(np.float32)
    wanted = [0, 0.5, 1, 12.34, 50, 99, 99.9, 100]
    return {'values': numbers(data), 'percentiles': wanted, 'expected': numbers(np.percentile(data.astype(np.float64), wanted))}


versions = {'nibabel': nib.__version__, 'numpy': np.__version__, 'scipy': scipy.__version__}
for name, content in (('files', files()), ('orientations', orientations()), ('series', series()), ('resampling', resampling()), ('percentiles', percentiles())):
    path = HERE / f'{name}.json'
    path.write_text(json.dumps({'versions': versions, 'cases' if isinstance(content, list) else 'case': content}, indent=None, separators=(',', ':')) + '\n')
    print(path.name, path.stat().st_size)
